import { expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { installPackage } from "../../src/cache/pip-install.ts";
import { commitEvaluation, commitStep, RunDirectory, setRunState } from "../../src/runs/index.ts";
import { track } from "../../src/tracking/track.ts";
import { makeCommit, makeConfig, temporaryFolder } from "../runs/fixtures.ts";

/** The last client whose reader of its own files is in Python; later ones read them in Go. */
const READER = "wandb==0.19.11";

/** The rows, the config and the exit of the offline directories named, as W&B's own reader gives them. */
const READ = `
import json, sys
from wandb.proto import wandb_internal_pb2
from wandb.sdk.internal.datastore import DataStore
out = {"rows": [], "config": {}, "id": [], "exit": [], "summary": {}}
key = lambda item: item.key or "/".join(item.nested_key)
for path in sys.argv[1:]:
    store = DataStore()
    store.open_for_scan(path)
    while (data := store.scan_data()) is not None:
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        kind = record.WhichOneof("record_type")
        if kind == "run":
            out["id"].append([record.run.run_id, record.run.project, record.run.display_name])
            for item in record.run.config.update:
                out["config"][key(item)] = json.loads(item.value_json)
        if kind == "history":
            out["rows"].append([record.history.step.num, {key(i): json.loads(i.value_json) for i in record.history.item}])
        if kind == "exit":
            out["exit"].append(record.exit.exit_code)
        if kind == "summary":
            out["summary"].update({key(i): json.loads(i.value_json) for i in record.summary.update})
print(json.dumps(out))
`;

interface Read {
  rows: [number, Record<string, number>][];
  config: Record<string, unknown>;
  id: string[][];
  exit: number[];
  summary: Record<string, number>;
}

async function readOffline(run: RunDirectory): Promise<Read> {
  const folders = readdirSync(join(run.path, "wandb")).filter((name) => name.startsWith("offline-run-"));
  const files = folders.sort().flatMap((name) =>
    readdirSync(join(run.path, "wandb", name))
      .filter((file) => file.endsWith(".wandb"))
      .map((file) => join(run.path, "wandb", name, file)),
  );
  const { directory, python } = await installPackage(READER, () => undefined);
  const reader = Bun.spawn([...python, "-c", READ, ...files], {
    env: { ...process.env, PYTHONPATH: directory },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse((await new Response(reader.stdout).text()).replaceAll("NaN", "null"));
}

const evaluation = { benchmark: "humaneval", settings: {}, startedAt: 1, finishedAt: 2 };

test("an offline W&B run holds each step once with its figures, goes on after a crash, and knows no key", async () => {
  const key = "0123456789abcdef0123456789abcdef01234567";
  process.env.WANDB_API_KEY = key;
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "first"), makeConfig({ seed: 7 }));
  using database = run.openDatabase();
  const wandb = { mode: "offline", project: "proj", tags: ["one"] } as const;
  const settings = { ...run.config().tracking, wandb: { ...wandb, tags: [...wandb.tags] } };
  const said: string[] = [];
  const send = () => track(run, settings, { say: (line) => said.push(line) });
  const metrics = (step: number) => ({ "update/loss": 0.1 * step, bad: Number.NaN });

  for (const step of [1, 2]) commitStep(database, makeCommit(step, { metrics: metrics(step) }));
  commitEvaluation(database, { ...evaluation, step: 2, scores: { "pass@1": 0.25 } }, []);
  setRunState(database, "crashed", "killed");
  expect(await send()).toEqual([{ name: "W&B", outcome: { steps: 2 } }]);
  // Nothing new: nothing is written.
  expect(await send()).toEqual([{ name: "W&B", outcome: { steps: 0 } }]);
  commitStep(database, makeCommit(3, { metrics: metrics(3) }));
  commitEvaluation(database, { ...evaluation, step: 3, scores: { "pass@1": 0.5 } }, []);
  setRunState(database, "finished");
  // W&B names its directories by the second.
  await Bun.sleep(1100);
  expect(await send()).toEqual([{ name: "W&B", outcome: { steps: 1 } }]);
  // Scores that come when all steps are sent are in the summary.
  commitEvaluation(database, { ...evaluation, step: 1, scores: { "pass@1": 0.125 } }, []);
  await Bun.sleep(1100);
  expect(await send()).toEqual([{ name: "W&B", outcome: { steps: 0 } }]);

  const { rows, config, id, exit, summary } = await readOffline(run);
  expect(rows.map(([step]) => step)).toEqual([1, 2, 3]);
  expect(rows.map(([, figures]) => figures["update/loss"])).toEqual([0.1, 0.2, 0.1 * 3]);
  expect(rows.map(([, figures]) => figures.bad)).toEqual([null, null, null] as never);
  expect(rows.map(([, figures]) => figures["evaluation/humaneval/pass@1"])).toEqual([
    undefined,
    0.25,
    0.5,
  ] as never);
  expect(rows[1]?.[1]).toMatchObject({ "evaluation/step": 2, "evaluation/id": 1 });
  expect(summary).toMatchObject({ "evaluation/humaneval/pass@1": 0.125, "evaluation/id": 3 });
  expect(config).toMatchObject({ seed: 7, model: { source: "smollm2-135m" } });
  expect(new Set(id.map(([run]) => run)).size).toBe(1);
  expect(id[0]?.slice(1)).toEqual(["proj", "first"]);
  expect(exit).toEqual([1, 0, 0]);

  const files = readdirSync(run.path, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    if (statSync(path).size > 0) expect(readFileSync(path).includes(key), path).toBe(false);
  }
  expect(said.join("\n")).not.toContain(key);
});

test("an offline tracker killed at any moment and started again leaves each step there once", async () => {
  using folder = temporaryFolder();
  const steps = 2000;
  const run = RunDirectory.create(join(folder.path, "first"), makeConfig());
  using database = run.openDatabase();
  database.transaction(() => {
    for (let step = 1; step <= steps; step++) {
      const metrics = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`figure/${i}`, step + i]));
      commitStep(database, makeCommit(step, { metrics, tasks: [], rollouts: [] }));
    }
  });
  setRunState(database, "finished");
  const main = join(import.meta.dir, "..", "..", "src", "cli", "main.ts");
  const command = [process.execPath, main, "track", run.path, "--wandb-mode", "offline"];
  const written = () =>
    [...new Glob("wandb/offline-run-*/*.wandb").scanSync(run.path)]
      .map((file) => statSync(join(run.path, file)).size)
      .reduce((sum, size) => sum + size, 0);
  for (const bytes of [50_000, 200_000]) {
    const before = written();
    const tracker = Bun.spawn(command, { stdio: ["ignore", "ignore", "ignore"], detached: true });
    while (written() < before + bytes && tracker.exitCode === null) await Bun.sleep(5);
    expect(tracker.exitCode, "killed within").toBeNull();
    // The group: the client in Python too.
    process.kill(-tracker.pid, "SIGKILL");
    await tracker.exited;
    // Its lock would be taken over after twenty seconds. W&B names its directories by the second.
    rmSync(join(run.path, ".tracking-wandb.lock"), { recursive: true });
    await Bun.sleep(1500);
  }
  const last = Bun.spawn(command, { stdio: ["ignore", "pipe", "inherit"] });
  expect(await new Response(last.stdout).text()).toMatch(/W&B: \d+ steps sent/);
  const { rows, exit, id } = await readOffline(run);
  // Each tracker that wrote began with the run's record.
  expect(id).toHaveLength(3);
  expect(rows.map(([step]) => step)).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
  expect(rows.every(([step, figures]) => figures["figure/49"] === step + 49)).toBe(true);
  expect(exit.at(-1)).toBe(0);
});
