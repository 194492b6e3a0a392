/** Every key of the key table, in every context, does something that can be seen, told or counted. */
import "../../tools/colours.ts";
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ModelLoadError } from "../../src/errors/index.ts";
import type { RunDirectory } from "../../src/runs/index.ts";
import { RunPlace } from "../../src/tui/app.tsx";
import { KeyRouter } from "../../src/tui/key-router.tsx";
import type { KeyContext } from "../../src/tui/keys/contexts.ts";
import { KEYS, type KeyId } from "../../src/tui/keys/table.ts";
import type { Place } from "../../src/tui/navigation.tsx";
import { KeptProvider } from "../../src/tui/run-context.tsx";
import type { Replay } from "../../src/tui/run-view.ts";
import { TerminalProvider } from "../../src/tui/terminal-context.ts";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { sent } from "./any-keys.ts";
import { mount, type TestScreen } from "./screen.tsx";
import { mountPlaces, ScriptedServices } from "./scripted-services.tsx";
import { LIVE_TEXT, liveSnapshot, ScriptedSource } from "./scripted-source.ts";

setDefaultTimeout(120_000);

/** Under an endless load a key may take so long, milliseconds. */
const PATIENCE = 20_000;

const paste = (text: string) => `\x1b[200~${text}\x1b[201~`;
const [UP, LEFT, RIGHT, HOME] = ["up", "left", "right", "home"].map(sent) as [string, string, string, string];

interface Stage extends Disposable {
  screen: TestScreen;
  /** What the keys did beside what is seen. */
  effects(): string;
}

/** Where the keys of a context are pressed. */
interface Scene {
  open: () => Stage | Promise<Stage>;
  /** The keys that lead there. */
  reach: readonly string[];
  /** What is seen there, where it comes only after a while. */
  shows?: RegExp;
  /** Pressed before a binding's keys, which would do nothing otherwise. */
  before?: Partial<Record<KeyId, readonly string[]>>;
  /** In place of `reach`. */
  instead?: Partial<Record<KeyId, readonly string[]>>;
}

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
let run: RunDirectory;
const home = join(folder.path, "home");
const editor = join(folder.path, "editor.sh");

beforeAll(() => {
  run = recordRun(folder.path, { evaluated: [0, 4, 8, 12] });
  recordRun(home, { name: "one", steps: 6, state: "stopped" });
  recordRun(home, { name: "two", steps: 4, state: "stopped" });
  // The first edit breaks the file, the second mends what it finds.
  writeFileSync(
    editor,
    `#!/bin/sh\nif grep -q 'seed: broken' "$1"; then sed -i 's/seed: broken/seed: 12/' "$1"; else sed -i 's/^seed: .*/seed: broken/' "$1"; fi\n`,
    { mode: 0o755 },
  );
  Object.assign(process.env, { VISUAL: "", EDITOR: editor });
});

/** A run's screens, its engine at work or not. */
const runStage =
  (live: boolean, replay: Replay | null = null) =>
  (): Stage => {
    const source = new ScriptedSource(run);
    if (replay) source.show({ replay });
    if (live) source.show({ state: "running", snapshot: liveSnapshot(), live: LIVE_TEXT });
    const done: string[] = [];
    const screen = mount(
      <TerminalProvider value={{ suspend: () => done.push("suspended") }}>
        <KeyRouter>
          <KeptProvider value={new Map()}>
            <RunPlace
              source={source}
              leave={(how) => done.push(how)}
              home={() => done.push("home")}
              goOn={async (steps) => void done.push(`goes on to ${steps}`)}
            />
          </KeptProvider>
        </KeyRouter>
      </TerminalProvider>,
      80,
      24,
    );
    return {
      screen,
      effects: () => JSON.stringify([done, source.commands, source.played]),
      [Symbol.dispose]() {
        screen[Symbol.dispose]();
        source[Symbol.dispose]();
      },
    };
  };

/** A place that is no run. */
const placeStage = (place: Place) => async (): Promise<Stage> => {
  const services = new ScriptedServices(home);
  services.refusal = new ModelLoadError("no model there", { mend: "name another" });
  const stage = await mountPlaces(services, place, 80, 24);
  return {
    screen: stage.screen,
    effects: () => JSON.stringify([stage.exits, services.prepared.length]),
    [Symbol.dispose]: () => stage[Symbol.dispose](),
  };
};

const atHome = placeStage({ kind: "home" });
const inForm = placeStage({ kind: "form", preset: "smollm2" });
const live = runStage(true);
const [ends, starts] = [["G"], ["g"]] as const;

const SCENES: Record<KeyContext, Scene> = {
  global: { open: live, reach: ["1"] },
  screens: {
    open: live,
    reach: ["3"],
    instead: { "screen-3": ["1"] },
  },
  run: { open: live, reach: ["2"] },
  ended: { open: runStage(false), reach: ["2"] },
  replay: {
    open: runStage(true, { at: 0, length: 60_000, speed: 1, now: 0, paused: false }),
    reach: ["2"],
  },
  charts: {
    open: live,
    reach: ["1"],
    before: {
      "zoom-out": ["+", "+"],
      "all-steps": ["+"],
      "pan-back": ["+"],
      "pan-forth": ["+", "<"],
      "crosshair-forth": [",", ","],
      "drop-crosshair": [","],
    },
  },
  chart: {
    open: live,
    reach: ["1", "f"],
    before: {
      "point-forth": [LEFT, LEFT],
      "point-far-forth": [LEFT, LEFT, LEFT],
      "line-up": ["j"],
    },
  },
  list: {
    open: live,
    reach: ["2"],
    before: { up: ends, "page-up": ends, first: ends },
  },
  records: { open: live, reach: ["2"] },
  filtered: { open: live, reach: ["2"], before: { clear: ["t"] } },
  rows: { open: live, reach: ["5"] },
  log: { open: live, reach: ["5"] },
  scores: { open: live, reach: ["4"] },
  scored: { open: live, reach: ["4"] },
  evaluate: { open: runStage(false), reach: ["4", "G"] },
  flips: { open: live, reach: ["4", "\r"] },
  links: { open: live, reach: ["2", "\r"], before: { follow: ["l"] } },
  detail: {
    open: live,
    reach: ["2", "\r"],
    before: {
      "scroll-up": ends,
      "scroll-page-up": ends,
      "scroll-first": ends,
      "previous-row": ["]"],
    },
  },
  failures: { open: live, reach: ["3"], before: { "previous-failure": ["n", "n"] } },
  grouped: { open: live, reach: ["3"] },
  columns: { open: live, reach: ["2", "v"] },
  filter: { open: live, reach: ["2", "/", paste("type:ab")] },
  text: {
    open: live,
    reach: ["2", "/", paste("one two")],
    before: {
      "text-right": [LEFT],
      "text-end": [HOME],
      "text-delete": [HOME],
      "text-erase-end": [HOME],
    },
  },
  palette: {
    open: live,
    reach: [":pause\r", ":", "s"],
    before: { "complete-back": ["\t"], "newer-command": [UP] },
  },
  help: { open: live, reach: ["?"] },
  confirm: { open: live, reach: ["x"], instead: { alternative: ["q"] } },
  home: {
    open: atHome,
    reach: [],
    before: { drop: [" "] },
  },
  homeRow: { open: atHome, reach: [] },
  playing: {
    open: runStage(true, { at: 0, length: 60_000, speed: 1, now: 0, paused: false }),
    reach: ["2"],
  },
  homeRest: { open: atHome, reach: [] },
  homeRun: { open: atHome, reach: [], before: { compare: [" ", " "] } },
  homePreset: { open: atHome, reach: ["\t"] },
  prompt: { open: atHome, reach: ["r"] },
  find: { open: atHome, reach: ["/", paste("o")] },
  form: {
    open: inForm,
    reach: [],
    before: {
      "next-value": ["j"],
      "previous-value": ["j"],
      unset: ["j", RIGHT],
    },
  },
  value: { open: inForm, reach: ["\r", paste("x")] },
  mishap: { open: inForm, reach: ["e"], shows: /The YAML is wrong/ },
  start: { open: inForm, reach: ["s"], shows: /no model there/ },
  compare: {
    open: placeStage({ kind: "compare", runs: [join(home, "one"), join(home, "two")] }),
    reach: starts,
  },
  compared: {
    open: placeStage({ kind: "compare", runs: [join(home, "one"), join(home, "two")] }),
    reach: ["f"],
  },
};

/** What is on the screen, with what the cells look like: a cursor is a cell with its colours turned. */
async function look({ screen }: Stage): Promise<string> {
  const text = await screen.text();
  const buffer = screen.terminal.buffer.active;
  const inverse = Array.from({ length: screen.terminal.rows }, (_, row) =>
    Array.from({ length: screen.terminal.cols }, (_, column) =>
      buffer
        .getLine(buffer.baseY + row)
        ?.getCell(column)
        ?.isInverse()
        ? "#"
        : ".",
    ).join(""),
  );
  return `${text}\n${inverse.join("\n")}`;
}

const state = async (stage: Stage) => `${await look(stage)}\n${stage.effects()}`;

/** Asks again until `good`, for as long as a loaded machine may take. */
async function until(good: () => Promise<boolean>): Promise<boolean> {
  for (const began = performance.now(); performance.now() - began < PATIENCE; await Bun.sleep(20))
    if (await good()) return true;
  return false;
}

for (const [context, { open, reach, shows, before = {}, instead = {} }] of Object.entries(SCENES)) {
  test(`${context}: each of its keys does something`, async () => {
    const idle: string[] = [];
    for (const { id, keys } of KEYS.filter(({ when }) => when === context)) {
      for (const key of keys) {
        using stage = await open();
        await stage.screen.press(...(instead[id] ?? reach));
        if (shows) expect(await until(async () => shows.test(await stage.screen.text()))).toBe(true);
        await stage.screen.press(...(before[id] ?? []));
        const was = await state(stage);
        await stage.screen.press(sent(key));
        if (!(await until(async () => (await state(stage)) !== was))) idle.push(`${key} (${id})`);
      }
    }
    expect(idle).toEqual([]);
  });
}
