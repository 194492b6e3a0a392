/**
 * Every screen as it is used, at four sizes, drawn from the recorded run that comes with azr-tui; AZR_UPDATE_GOLDENS=1
 * writes test/goldens/tui/<size>/<screen>.txt, and the diff is read. What the machine says of itself is masked.
 */
import { afterAll, beforeAll, describe, setDefaultTimeout, setSystemTime, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ModelLoadError } from "../../src/errors/index.ts";
import { RunDirectory, rewind } from "../../src/runs/index.ts";
import { App } from "../../src/tui/app.tsx";
import type { Place } from "../../src/tui/navigation.tsx";
import { type Recording, readRecording } from "../../src/tui/replay/recording.ts";
import { ReplaySource } from "../../src/tui/replay/replay-source.ts";
import { readBenchmarkOf } from "../../src/tui/screens/eval/problem-text.ts";
import { expectGolden } from "../fixtures/golden.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { expectWhole } from "./frame-shape.ts";
import { mount } from "./screen.tsx";
import { mountPlaces, ScriptedServices } from "./scripted-services.tsx";

setDefaultTimeout(120_000);

const SIZES = [
  [60, 20],
  [80, 24],
  [140, 45],
  [200, 60],
] as const;
/** How far the recording is played: the model is writing, and a step has been finished meanwhile. */
const MOMENT = 0.72;

const paste = (text: string) => `\x1b[200~${text}\x1b[201~`;

/** The keys that lead to a screen of a run, by its name. */
const RUN_SCREENS: Readonly<Record<string, readonly string[]>> = {
  dashboard: ["1"],
  "dashboard-smoothed": ["1", "m", "m", "]", ",", ","],
  chart: ["1", "f"],
  "chart-crosshair": ["1", "f", "m", "l", "\x1b[D", "\x1b[D"],
  tasks: ["2"],
  "tasks-filtered": ["2", "/", paste("type:abduction solve<0.6"), "\r", "o"],
  "tasks-filtering": ["2", "/", paste("type:ab sole>1")],
  columns: ["2", "v"],
  task: ["2", "\r"],
  "task-end": ["2", "\r", "G"],
  rollouts: ["3"],
  "rollouts-groups": ["3", "u"],
  rollout: ["3", "\r"],
  "rollout-failure": ["3", "n", "\r", "w", "G"],
  eval: ["4"],
  "eval-benchmark": ["4", "t", "p", "j"],
  flips: ["4", "j", "j", "\r"],
  problem: ["4", "j", "j", "\r", "\r"],
  log: ["5"],
  "log-wrapped": ["5", "w", "t"],
  system: ["6"],
  "system-end": ["6", "G"],
  help: ["1", "?"],
  "help-of-tasks": ["2", "?", "G"],
  palette: ["1", ":"],
  "palette-completes": ["2", ":replay"],
  "palette-refuses": ["2", ":no such command\r"],
  "command-refused": ["2", ":set training.optimizer.learning_rate 1e-5\r"],
};

/** Those of the other places: where, and the keys from there. */
const PLACES: Readonly<Record<string, readonly [Place, readonly string[]]>> = {
  home: [{ kind: "home" }, []],
  "home-presets": [{ kind: "home" }, ["\t"]],
  "home-models": [{ kind: "home" }, ["\t", "\t"]],
  "home-found": [{ kind: "home" }, ["/", paste("demo")]],
  "home-help": [{ kind: "home" }, ["?"]],
  "home-delete": [{ kind: "home" }, ["/", paste("demo"), "\r", "d"]],
  "home-resume": [{ kind: "home" }, ["/", paste("demo"), "\r", "r"]],
  form: [{ kind: "form", preset: "smollm2" }, []],
  "form-search": [{ kind: "form", preset: "smollm2" }, ["/", paste("learning rate")]],
  "form-wrong": [
    { kind: "form", preset: "smollm2" },
    ["/", paste("learning_rate"), "\r", "g", "\r", "\x15", paste("-1")],
  ],
  "form-leave": [
    { kind: "form", preset: "smollm2" },
    ["/", paste("seed"), "\r", "g", "\r", "\x15", paste("9"), "\r", "\x1b", "\x1b"],
  ],
  compare: [{ kind: "compare", runs: ["runs/demo", "runs/demo-full"] }, []],
  "compare-settings": [{ kind: "compare", runs: ["runs/demo", "runs/demo-full"] }, ["\t"]],
  "start-failed": [{ kind: "form", preset: "smollm2" }, ["s"]],
};

const folder = temporaryFolder();
const cwd = process.cwd();
const recording = readRecording(join(import.meta.dir, "..", "..", "recordings", "smollm2.azr.gz"));
const length = recording.messages.at(-1)?.at ?? 0;
/** The recorded run, played to the moment. */
function played(): ReplaySource {
  const source = new ReplaySource(recording);
  source.playTo(length * MOMENT);
  return source;
}

beforeAll(async () => {
  // The problems that the evaluations are of: a frame shows them from the start.
  await readBenchmarkOf("azr-mini ");
  setSystemTime(new Date(recording.startedAt + length));
  process.env.TMPDIR = "/tmp";
  // Paths are drawn: from here they are the same everywhere.
  process.chdir(folder.path);
  layOut("demo", recording);
  layOut("demo-full", recording, (config) => ({ ...config, seed: 8, adapter: { type: "full" } }), 30);
  mkdirSync("runs/broken");
  writeFileSync("runs/broken/config.json", "{}");
});

afterAll(() => {
  setSystemTime();
  process.chdir(cwd);
  folder[Symbol.dispose]();
});

/** The recorded run under runs/, with other settings, and only so many of its steps. */
function layOut(
  name: string,
  { config, database }: Recording,
  change = (config: Record<string, unknown>): Record<string, unknown> => config,
  steps?: number,
): void {
  const path = join("runs", name);
  mkdirSync(path, { recursive: true });
  const settings = change(JSON.parse(config) as Record<string, unknown>);
  writeFileSync(join(path, "config.json"), JSON.stringify(settings));
  writeFileSync(join(path, "run.sqlite"), database);
  using writer = RunDirectory.open(path).openDatabase();
  writer.run("DELETE FROM engine");
  writer.run("UPDATE run SET name = ?, state = 'stopped'", [name]);
  if (steps !== undefined) rewind(writer, steps);
}

/** What a machine says of itself, as dots of the same width. */
function masked(frame: string): string {
  return frame
    .replace(/(azr-replay-)\w{6}/g, "$1xxxxxx")
    .replace(
      /((?:on disk|free|machine) {3,10})(\S(?: ?\S)*)( *)/g,
      (_, name: string, value: string, rest: string) =>
        `${name}${"·".repeat(3)}${" ".repeat(value.length + rest.length - 3)}`,
    );
}

for (const [columns, rows] of SIZES) {
  const size = `${columns}x${rows}`;
  describe(size, () => {
    test.each(Object.entries(RUN_SCREENS))("%s", async (name, keys) => {
      using source = played();
      using screen = mount(<App source={source} onDepart={() => undefined} />, columns, rows);
      await screen.press(...keys);
      const frame = masked(await screen.text());
      expectWhole(frame, columns, rows);
      await expectGolden(`tui/${size}/${name}.txt`, `${frame}\n`);
    });

    test.each(Object.entries(PLACES))("%s", async (name, [place, keys]) => {
      const services = new ScriptedServices("runs");
      services.refusal = new ModelLoadError("smollm2-135m could not be fetched: the network is down.", {
        mend: "Run `azr-tui models fetch smollm2-135m` once it is up.",
      });
      using stage = await mountPlaces(services, place, columns, rows);
      await stage.screen.press(...keys);
      let frame = await stage.screen.text();
      // The estimate of memory is asked for a moment after the last key.
      while (frame.includes(" memory  ...")) {
        await Bun.sleep(20);
        frame = await stage.screen.text();
      }
      expectWhole(frame, columns, rows);
      await expectGolden(`tui/${size}/${name}.txt`, `${frame}\n`);
    });
  });
}
