import { afterEach, expect, test } from "bun:test";
import { renameSync, rmSync } from "node:fs";
import { connect, type EngineClient } from "../../src/engine/client.ts";
import { RunError } from "../../src/errors/index.ts";
import { RunDirectory } from "../../src/runs/index.ts";
import { RunStore } from "../../src/tui/run-store.ts";
import type { RunView } from "../../src/tui/run-view.ts";
import { departureOf } from "../../src/tui/widgets/overlay.tsx";
import { LaunchedEngines, SCRIPTED_ENGINE } from "../engine/launched-engines.ts";
import { scriptedConfig } from "../engine/scripted-parts.ts";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

const engines = new LaunchedEngines();
afterEach(() => engines.kill());

/** The view once it is as wanted. */
async function seen(store: RunStore, wanted: (view: RunView) => boolean): Promise<RunView> {
  while (!wanted(store.getView())) await Bun.sleep(5);
  return store.getView();
}

test.each(["deleted", "moved"] as const)(
  "a run whose directory is %s: its viewer says so, and shows what it knew",
  async (how) => {
    using folder = temporaryFolder();
    const run = recordRun(folder.path, { steps: 3, state: "stopped" });
    using store = new RunStore(run.path);
    const config = store.run.config();
    store.start();
    expect(store.getView().gone).toBeNull();
    if (how === "deleted") rmSync(run.path, { recursive: true });
    else renameSync(run.path, `${run.path}-elsewhere`);
    const { gone, notice } = await seen(store, (view) => view.gone !== null);
    expect(gone).toContain(`${run.path} was deleted or moved`);
    expect(notice).toMatchObject({ bad: true });
    expect(notice?.text).toContain("azr-tui train PATH --resume");
    expect(store.run.config()).toEqual(config);
    expect(await store.send({ command: "checkpoint" })).toBe(false);
  },
);

test("a stop that another asked for is told to every viewer before the run has ended", async () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(`${folder.path}/shared`, scriptedConfig(20, 1000));
  await engines.launch(run.path, {});
  using watching = await connect(run.path, { as: "screen", name: "ada" });
  using other = await connect(run.path, { as: "command", name: "ben" });
  await other.send({ command: "stop" });
  const told: (string | undefined)[] = [];
  for await (const message of watching) {
    if (message.kind === "ended") break;
    if (message.kind === "snapshot") told.push(message.snapshot.stopping);
  }
  expect(told.at(-1)).toBe("stopped by ben");
});

test("who leaves a run that is being stopped is told so, whoever asked for it", () => {
  using folder = temporaryFolder();
  const run = recordRun(folder.path, { steps: 3, state: "running" });
  using store = new RunStore(run.path);
  const live = { ...store.getView(), launching: true };
  expect(departureOf(live)).toBe("detached");
  expect(departureOf({ ...live, stopping: true })).toBe("stopping");
  expect(departureOf(store.getView())).toBe("closed");
});

test("a command that a halted engine does not answer is called sent, with its age, until the answer comes", async () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(`${folder.path}/halted`, scriptedConfig(5, 1000));
  const { pid } = await engines.launch(run.path, {});
  using store = new RunStore(run.path);
  store.start();
  await seen(store, ({ snapshot }) => snapshot?.state === "running");
  process.kill(pid, "SIGSTOP");
  try {
    const sent = store.send({ command: "pause" });
    const { notice } = await seen(store, ({ unanswered }) => /^pause: sent 2 s ago/.test(unanswered ?? ""));
    expect(notice).toEqual({ text: "pause: sent 2 s ago, not answered", bad: true });
    process.kill(pid, "SIGCONT");
    expect(await sent).toBe(true);
  } finally {
    process.kill(pid, "SIGCONT");
  }
  expect(store.getView()).toMatchObject({ unanswered: null, notice: { text: "paused", bad: false } });
});

test("an older viewer of a killed engine reads so in one line, and no more once another lets the run go on, who drives", async () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(`${folder.path}/killed`, scriptedConfig(50, 1000));
  const { pid } = await engines.launch(run.path, {});
  using older = new RunStore(run.path, "ada");
  older.start();
  await seen(older, ({ snapshot }) => snapshot?.viewers.driver === "ada");
  process.kill(pid, "SIGKILL");
  const { notice } = await seen(older, ({ state, notice }) => state === "crashed" && notice !== null);
  expect(notice).toEqual({
    text: "the engine ended without saying why: it was killed, or it broke; engine.log holds its last lines.",
    bad: true,
  });
  // Who comes at once to the new engine would drive it.
  const early = quickViewer(run.path);
  using newer = new RunStore(run.path, "ben");
  newer.start({ entry: SCRIPTED_ENGINE, resume: true });
  const { snapshot } = await seen(newer, ({ snapshot }) => snapshot?.viewers.driver === "ben");
  engines.add(snapshot?.pid ?? 0);
  using _ = await early;
  await seen(older, ({ snapshot, notice }) => snapshot?.viewers.driver === "ben" && notice === null);
});

async function quickViewer(path: string): Promise<EngineClient> {
  for (;;) {
    try {
      return await connect(path, { as: "screen", name: "cleo" });
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      await Bun.sleep(2);
    }
  }
}
