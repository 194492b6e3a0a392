import { afterAll, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { RunError } from "../../../src/errors/index.ts";
import { countRollouts, evaluations, runStatus } from "../../../src/runs/index.ts";
import { App } from "../../../src/tui/app.tsx";
import { type Recording, readRecording, writeRecording } from "../../../src/tui/replay/recording.ts";
import { ReplaySource } from "../../../src/tui/replay/replay-source.ts";
import { recordRun } from "../../fixtures/recorded-run.ts";
import { temporaryFolder } from "../../runs/fixtures.ts";
import { mount } from "../screen.tsx";
import { mountPlaces, ScriptedServices } from "../scripted-services.tsx";
import { LIVE_TEXT, liveSnapshot } from "../scripted-source.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** Ten of twelve steps, then two more, a second apart. */
function recording(): Recording {
  const run = recordRun(folder.path, { name: `run-${Math.random()}`, evaluated: [4, 11] });
  using writer = run.openDatabase();
  writer.run("PRAGMA wal_checkpoint(TRUNCATE)");
  const end = (step: number) =>
    writer.get<{ at: number }>("SELECT finished_at AS at FROM steps WHERE step = ?", [step])?.at ?? 0;
  const startedAt = end(10) + 1;
  return {
    name: "smol",
    startedAt,
    step: 10,
    config: readFileSync(run.configPath, "utf8"),
    database: readFileSync(run.databasePath),
    messages: [
      { at: 0, message: { kind: "snapshot", snapshot: liveSnapshot({ step: 10 }) } },
      { at: 500, message: { kind: "live", ...LIVE_TEXT } },
      { at: 1000, message: { kind: "step", step: 11, metrics: {} } },
      { at: 180_000, message: { kind: "step", step: 12, metrics: {} } },
    ],
  };
}

test("a recording is read as it was written; anything else is refused", () => {
  const one = recording();
  const path = join(folder.path, "one.azr.gz");
  writeRecording(path, one);
  expect(readRecording(path)).toEqual({ ...one, database: Buffer.from(one.database) });
  const refused = (bytes: Uint8Array) => {
    writeFileSync(path, bytes);
    try {
      readRecording(path);
    } catch (error) {
      expect(error).toBeInstanceOf(RunError);
      return (error as RunError).message;
    }
    return "";
  };
  expect(refused(new Uint8Array([1, 2, 3]))).toContain("cannot be read as the recording of a run");
  expect(refused(gzipSync("no recording\n"))).toContain("it is none");
  expect(refused(gzipSync('{"format":"azr-tui recording","version":9}\n'))).toContain("version 9, not 1");
});

test("each moment shows what could be read then: steps, tasks and their figures, evaluations, the log", () => {
  const one = recording();
  using source = new ReplaySource(one);
  const state = () => ({
    step: runStatus(source.database).step,
    rollouts: countRollouts(source.database, { step: 12 }),
    evaluated: evaluations(source.database, "gsm8k").map(({ step }) => step),
    updated: source.database.all("SELECT id FROM tasks WHERE times_drawn > 0").length,
  });
  expect(state()).toEqual({ step: 10, rollouts: 0, evaluated: [4], updated: 30 });
  source.playTo(999);
  expect(source.getView()).toMatchObject({
    state: "running",
    live: LIVE_TEXT,
    status: { step: 10 },
    revision: 0,
  });
  source.playTo(1000);
  expect(source.getView()).toMatchObject({ status: { step: 11 }, revision: 1 });
  source.playTo(1e9);
  expect(state()).toEqual({ step: 12, rollouts: 18, evaluated: [11, 4], updated: 36 });
  expect(source.getView().notice?.text).toContain("The replay has ended");
  const place = dirname(source.run.path);
  source[Symbol.dispose]();
  expect(existsSync(place)).toBe(false);
});

test("a replay goes back: what came later is gone, and comes again", () => {
  using source = new ReplaySource(recording());
  const state = () => ({
    step: runStatus(source.database).step,
    shown: source.getView().status.step,
    rollouts: countRollouts(source.database, { step: 12 }),
    evaluated: evaluations(source.database, "gsm8k").map(({ step }) => step),
    updated: source.database.all("SELECT id FROM tasks WHERE times_drawn > 0").length,
    events: source.database.all("SELECT id FROM events").length,
    live: source.getView().live,
  });
  const moments = [0, 600, 1000, 180_000];
  const [first, ...later] = moments.map((at) => {
    source.playTo(at);
    return state();
  });
  expect(new Set(later.map((one) => JSON.stringify(one))).size).toBe(3);
  const { revision } = source.getView();
  source.playTo(1000);
  expect(source.getView().revision).toBeGreaterThan(revision);
  expect(state()).toEqual(later[1] as never);
  source.playTo(0);
  expect(state()).toEqual(first as never);
  source.playTo(1e9);
  expect(state()).toEqual(later[2] as never);
});

test("its keys seek, go by steps, change the speed and play it again; home leads back to it", async () => {
  using source = new ReplaySource(recording(), 4);
  source.playTo(1000);
  source.playback.halt();
  const header = async () => (await screen.text()).split("\n")[0] as string;
  using screen = mount(<App source={source} onDepart={() => undefined} />, 100, 30);
  await screen.press("}", "}", "}");
  expect(await header()).toContain("replay 0:16/3:00 x4 paused");
  await screen.press("{", ")", ")", "(");
  expect(await header()).toContain("replay 0:11/3:00 x8 paused");
  await screen.press("S");
  expect(await header()).toMatch(/replay 0:01\/3:00 .* step 11\//);
  await screen.press("S");
  expect(await header()).toMatch(/replay 0:00\/3:00 .* step 10\//);
  await screen.press("s", "s");
  expect(await header()).toMatch(/replay 3:00\/3:00 x8 ended .* step 12\//);
  await screen.press("s");
  expect(source.getView().notice?.text).toContain("r plays it again");
  await screen.press("r", " ");
  // Eight seconds a second go by until the key that halts it comes.
  expect(await header()).toMatch(/replay [01]:\d\d\/3:00 x8 paused .* step 1[0-2]\//);
});

test("home lies over a replay, which halts meanwhile; escape leads back to it", async () => {
  const path = join(folder.path, "back.azr.gz");
  writeRecording(path, recording());
  using stage = await mountPlaces(new ScriptedServices(folder.path), { kind: "replay", file: path });
  await stage.screen.press("3", "h");
  expect(await stage.screen.text()).toContain("escape leads back to the replay");
  await stage.screen.press("\x1b");
  expect(await stage.screen.text()).toMatch(/replay 0:0\d\/3:00 x1 paused/);
});

test("what is played is not told to be gone on with, before its engine has said a word", async () => {
  using source = new ReplaySource({
    ...recording(),
    messages: [{ at: 9000, message: { kind: "step", step: 11, metrics: {} } }],
  });
  using screen = mount(<App source={source} onDepart={() => undefined} />, 100, 30);
  expect(await screen.text()).toContain("a recording: no engine is at work now");
  expect(await screen.text()).not.toContain("--resume");
});

test("the recording that comes with azr-tui is played to its end, and every screen can show it", async () => {
  const shipped = readRecording(join(import.meta.dir, "..", "..", "..", "recordings", "smollm2.azr.gz"));
  using source = new ReplaySource(shipped);
  expect(runStatus(source.database).step).toBe(shipped.step);
  source.playTo(Number.POSITIVE_INFINITY);
  expect(runStatus(source.database).step).toBeGreaterThan(shipped.step);
  expect(source.getView().live?.text).not.toBe("");
  using screen = mount(<App source={source} onDepart={() => undefined} />, 100, 30);
  for (const keys of ["1", "2", "\r", "3", "\r", "4", "5", "6"]) {
    await screen.press(keys);
    expect(await screen.text()).not.toContain("other screens go on");
  }
  expect(shipped.config + shipped.name).not.toMatch(/\/(work|root|home|tmp)\//);
});

test("the screens show it, say that it is a replay, and commands are answered so", async () => {
  using source = new ReplaySource(recording(), 4);
  source.playTo(1000);
  const departures: string[] = [];
  using screen = mount(<App source={source} onDepart={(how) => departures.push(how)} />, 100, 30);
  expect((await screen.text()).split("\n")[0]).toContain("replay 0:01/3:00 x4");
  await screen.press(" ");
  expect((await screen.text()).split("\n")[0]).toContain("replay 0:01/3:00 x4 paused");
  await screen.press(" ");
  expect((await screen.text()).split("\n")[0]).not.toContain("paused");
  await screen.press("s");
  expect((await screen.text()).split("\n")[0]).toMatch(/replay 3:00\/3:00 x4 ended .* step 12\//);
  // Stop, checkpoint and evaluate are of an engine: they are neither offered nor asked about.
  await screen.press("x", "c", "e");
  const text = await screen.text();
  expect(text).not.toMatch(/Stop the run|checkpoint\s|no engine is there/);
  expect(text.trimEnd().split("\n").at(-1)).toContain("r again");
  await screen.press(":drive\r");
  for (let tries = 0; tries < 200 && !/:drive[\s\S]*This is a replay/.test(await screen.text()); tries++);
  expect(await screen.text()).toMatch(/:drive[\s\S]*This is a replay/);
  await screen.press("\x1b", "q");
  await screen.ended;
  expect(departures).toEqual(["closed"]);
});

test("at the end of a recording nothing runs, and what cannot go on is not offered", async () => {
  using source = new ReplaySource(recording());
  using screen = mount(<App source={source} onDepart={() => {}} />, 140, 40);
  source.playTo(1500);
  const before = (await screen.text()).split("\n");
  expect(before[0]).toContain("▶ running");
  expect(before.at(-1)).toContain("space halt");
  source.playTo(180_000);
  const after = (await screen.text()).split("\n");
  expect(after[0]).toContain("x1 ended");
  expect(after[0]).not.toContain("running");
  expect(after.at(-1)).not.toMatch(/halt|next step/);
  expect(after.at(-1)).toContain("r again");
  await screen.press("6");
  expect(await screen.text()).toContain("process 4242, when it was recorded");
});

test("the palette of a replay sets nothing", async () => {
  using source = new ReplaySource(recording());
  using screen = mount(<App source={source} onDepart={() => {}} />, 80, 24);
  source.playTo(1500);
  await screen.press(":", "set training.optimizer.learning_rate 1");
  const text = await screen.text();
  expect(text).toContain("set is told to an engine. This is a replay.");
  expect(text).not.toContain("the default");
});
