import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { TASK_TYPES } from "../../src/interfaces/role.ts";
import { expectGolden } from "../fixtures/golden.ts";
import { type RecordedRunOptions, recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { liveSnapshot } from "./scripted-source.ts";
import { goLive, openStage } from "./stage.tsx";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
let count = 0;

const open = (columns: number, rows: number, options: RecordedRunOptions = {}) =>
  openStage(recordRun(`${folder.path}/${count++}`, options), columns, rows);

const SIZES = [
  [60, 20],
  [80, 24],
  [120, 40],
  [140, 45],
  [200, 60],
] as const;

beforeAll(() => expect(existsSync(folder.path)).toBe(true));

for (const [columns, rows] of SIZES) {
  const size = `${columns}x${rows}`;

  test(`Dashboard of a live run at ${size}`, async () => {
    using stage = open(columns, rows);
    goLive(stage);
    await expectGolden(`tui/dashboard-live-${size}.txt`, `${await stage.screen.text()}\n`);
  });

  test.each([
    ["the default types", {}],
    ["all types", { config: { selfplay: { tasks: [...TASK_TYPES] } } }],
    ["evaluations", { evaluated: [4] }],
    ["evaluated losses", { evaluated: [4], config: { training: { algorithm: { type: "sft", data: "x" } } } }],
  ] as [string, RecordedRunOptions][])(
    `every screen fits ${size} to the last column and row, with %s`,
    async (_, options) => {
      using stage = open(columns, rows, options);
      goLive(stage);
      for (const key of ["1", "2", "\r", "3", "\r", "4", "5", "?"]) {
        await stage.screen.press(key);
        const lines = (await stage.screen.text()).split("\n");
        expect(lines.length).toBe(rows);
        const borders = lines.filter((line) => /[╭╰│]/.test(line));
        for (const line of borders) expect(line).toMatch(/[╮╯│]$/);
        for (const line of borders) expect(Bun.stringWidth(line)).toBe(columns);
        expect(lines.at(-1)).toMatch(/help|close/);
      }
    },
  );
}

for (const [columns, rows] of [SIZES[1], SIZES[2]]) {
  test(`a run that is evaluated shows pass@1 of its benchmarks by step at ${columns}x${rows}`, async () => {
    using stage = open(columns, rows, { evaluated: [0, 4, 8, 12] });
    await expectGolden(`tui/dashboard-evaluated-${columns}x${rows}.txt`, `${await stage.screen.text()}\n`);
  });

  test(`Tasks, one task, Rollouts, one rollout, Log and help at ${columns}x${rows}`, async () => {
    using stage = open(columns, rows);
    const frames: string[] = [];
    const shoot = async (...keys: string[]) => {
      await stage.screen.press(...keys);
      frames.push(await stage.screen.text());
    };
    await shoot("2");
    await shoot("j", "\r");
    await shoot("3");
    await shoot("j", "\r");
    await shoot("5");
    await shoot("?");
    await expectGolden(`tui/screens-${columns}x${rows}.txt`, `${frames.join("\n\n")}\n`);
  });
}

test("before the first step: what is loaded, how far, and the run's plan", async () => {
  using stage = open(80, 24, { steps: 0, state: "running" });
  stage.source.show({
    state: "running",
    snapshot: liveSnapshot({
      step: 0,
      etaMs: null,
      progress: {
        phase: "load",
        step: 0,
        done: 41_000_000,
        total: 98_000_000,
        unit: "bytes",
        rate: 9_500_000,
        elapsedMs: 4300,
      },
    }),
  });
  const text = await stage.screen.text();
  expect(text).toContain("41 MB/98 MB");
  expect(text).toContain("▸ load smollm2-135m");
  await expectGolden("tui/start-80x24.txt", `${text}\n`);
});

test("a crashed run says why and how to go on", async () => {
  using stage = open(80, 24, { state: "running", reason: "the model worker died: out of memory" });
  const text = await stage.screen.text();
  expect(text).toContain("✗ crashed");
  expect(text).toContain("crashed: the model worker died: out of memory");
  expect(text).toMatch(/r goes on with it, or azr-tui train \S/);
});

test("a finished run is drawn by the same screens, without the engine's keys", async () => {
  using stage = open(80, 24);
  const text = await stage.screen.text();
  expect(text).toContain("✓ finished");
  expect(text).toContain("tokens/s generate 83.5");
  expect(text).not.toContain("pause");
  await stage.screen.press("x", " ", "s", "c");
  expect(stage.source.sent).toEqual([]);
});

test("an engine that is silent, a notice, and a run without a sandbox are said", async () => {
  using stage = open(60, 20, { config: { sandbox: { backend: "unsafe-local" } } });
  goLive(stage);
  stage.source.show({
    snapshot: liveSnapshot({ sandbox: { ...liveSnapshot().sandbox, backend: "unsafe-local" } }),
    silentSeconds: 12,
  });
  for (const key of ["1", "2", "3", "4", "5", "?"]) {
    await stage.screen.press(key);
    expect((await stage.screen.text()).split("\n")[0]).toMatch(/UNSAFE.*silent 12 s/);
  }
});

test("space, s and c command the engine; x and q ask first", async () => {
  using stage = open(80, 24);
  goLive(stage);
  await stage.screen.press(" ");
  stage.source.show({ state: "paused" });
  await stage.screen.press(" ", "s", "c");
  expect(stage.source.sent).toEqual(["pause", "resume", "step", "checkpoint"]);
  await stage.screen.press("x");
  expect(await stage.screen.text()).toContain("Stop the run recorded?");
  // Return alone is pressed too easily, or is in a pasted text.
  await stage.screen.press("\r", "\r");
  expect(await stage.screen.text()).toContain("Stop the run recorded?");
  expect(stage.source.sent.slice(4)).toEqual([]);
  await stage.screen.press("n", "x", "y");
  expect(stage.source.sent.slice(4)).toEqual(["stop"]);
  expect(stage.departures).toEqual([]);
  await stage.screen.press("q");
  expect(await stage.screen.text()).toContain("The run recorded is at work.");
  await stage.screen.press("y");
  await stage.screen.ended;
  expect(stage.departures).toEqual(["detached"]);
});

test("q and s stop the run and leave; Ctrl-C twice detaches; without an engine q leaves at once", async () => {
  using stopped = open(80, 24);
  goLive(stopped);
  await stopped.screen.press("q", "s");
  await stopped.screen.ended;
  expect(stopped.source.sent).toEqual(["stop"]);
  expect(stopped.departures).toEqual(["stopped"]);
  using stopping = open(80, 24);
  goLive(stopping);
  stopping.source.show({ stopping: true });
  await stopping.screen.press("q");
  expect(await stopping.screen.text()).toContain("The run recorded is being stopped.");
  await stopping.screen.press("y");
  await stopping.screen.ended;
  expect(stopping.departures).toEqual(["stopping"]);
  using detached = open(80, 24);
  goLive(detached);
  await detached.screen.press("2", "/", "a", "\x03", "\x03");
  await detached.screen.ended;
  expect(detached.departures).toEqual(["detached"]);
  using closed = open(80, 24);
  await closed.screen.press("q");
  await closed.screen.ended;
  expect(closed.departures).toEqual(["closed"]);
});

test("the help lists the keys of the screen it was opened over", async () => {
  using stage = open(80, 45);
  await stage.screen.press("2", "?");
  expect(await stage.screen.text()).toContain("order the list by the next column");
  await stage.screen.press("?", "\r", "?");
  const text = await stage.screen.text();
  expect(text).toContain("back to the list");
  expect(text).not.toContain("order the list by the next column");
});

test("keys that come in one read are handled in turn, each by the screen that the last one led to", async () => {
  using stage = open(80, 24);
  await stage.screen.press("2jj\t");
  expect(await stage.screen.text()).toContain("[3 Rollouts]");
  await stage.screen.press("\x1b[Z");
  expect(await stage.screen.text()).toContain("▸    37    12");
});

test("a filter narrows while it is typed, is kept over screens and help, and is dropped by escape", async () => {
  using stage = open(80, 24);
  await stage.screen.press("2", "/", "s", "t", "a", "c", "k");
  expect(await stage.screen.text()).toContain("filter: stack");
  const total = Number(/Tasks: (\d+) with stack/.exec(await stage.screen.text())?.[1]);
  expect(total).toBeGreaterThan(2);
  await stage.screen.press("\r", "j", "?", "?", "4", "2");
  expect(await stage.screen.text()).toContain(`Tasks: ${total} with stack`);
  await stage.screen.press("\x1b");
  expect(await stage.screen.text()).toContain("Tasks: 39 ");
});

test("Rollouts are narrowed to flagged ones, by the flag's name and by text beside it; the flag is in the detail", async () => {
  using stage = open(80, 24);
  const paste = (text: string) => `\x1b[200~${text}\x1b[201~`;
  await stage.screen.press("3", "/", paste("flag:susp"));
  expect(await stage.screen.text()).toContain("Rollouts: 3 with");
  await stage.screen.press("\r", "\r");
  expect(await stage.screen.text()).toContain("suspicious:outsmart");
  await stage.screen.press("\x1b", "\x1b", "/", paste("flag:any no such text"));
  expect(await stage.screen.text()).toContain("Rollouts: 0 with");
  await stage.screen.press("\x1b", "/", paste('FLAG:any "return a +"'));
  expect(await stage.screen.text()).toContain("Rollouts: 3 with");
});

test("a pasted text is no sequence of commands", async () => {
  using stage = open(80, 24);
  goLive(stage);
  await stage.screen.press("\x1b[200~xy s c q\x1b[201~");
  expect(stage.source.sent).toEqual([]);
  await stage.screen.press("2", "/", "\x1b[200~class Stack\x1b[201~");
  expect(await stage.screen.text()).toContain("filter: class Stack");
});

test("types and orders are cycled", async () => {
  using stage = open(80, 24);
  await stage.screen.press("2", "t");
  expect(await stage.screen.text()).toContain("Tasks: 13 with deduction");
  await stage.screen.press("o");
  expect(await stage.screen.text()).toMatch(/by step[\s\S]*▾step/);
  await stage.screen.press("O");
  expect(await stage.screen.text()).toMatch(/▴step[\s\S]*▸ +1 +0/);
});

test("resizing redraws everything at the new size", async () => {
  using stage = open(140, 45);
  goLive(stage);
  await stage.screen.text();
  await stage.screen.resize(80, 24);
  await expectGolden("tui/dashboard-live-80x24.txt", `${await stage.screen.text()}\n`);
  await stage.screen.resize(30, 8);
  expect(await stage.screen.text()).toContain("30x8 is too small");
  await stage.screen.resize(140, 45);
  await expectGolden("tui/dashboard-live-140x45.txt", `${await stage.screen.text()}\n`);
});

test("hostile text of a model does not reach the terminal raw", async () => {
  using stage = open(80, 24);
  goLive(stage);
  stage.source.show({
    live: { role: "solve", type: "deduction", text: "\x1b[2J\x1b]0;owned\x07\u202ereversed" },
    notice: { text: "\x1b]52;c;b3duZWQ=\x07", bad: true },
  });
  await stage.screen.press("2", "3", "j", "j", "\r", "1");
  expect(stage.screen.written()).not.toContain("]0;owned\x07");
  expect(stage.screen.written()).not.toContain("\x1b]52;");
  expect(stage.screen.written()).not.toContain("\u202e");
  expect(await stage.screen.text()).toContain("·[2J·]0;owned··reversed");
});

test("tasks of every type are listed, charted and shown whole", async () => {
  using stage = open(120, 40, { config: { selfplay: { tasks: [...TASK_TYPES] } } });
  const frames = [await stage.screen.text()];
  for (const key of ["2", "\r"]) {
    await stage.screen.press(key);
    frames.push(await stage.screen.text());
  }
  await expectGolden("tui/all-types-120x40.txt", `${frames.join("\n\n")}\n`);
});

test("x of a viewer that does not drive is refused at once, with the way to take over", async () => {
  using stage = open(80, 24);
  goLive(stage);
  stage.source.show({
    viewer: "ben",
    snapshot: liveSnapshot({ viewers: { names: ["ada", "ben"], driver: "ada" } }),
  });
  await stage.screen.press("x");
  const text = await stage.screen.text();
  expect(text).toContain("ada drives. `:drive` takes over.");
  expect(text).not.toContain("Stop the run");
  stage.source.show({ snapshot: liveSnapshot({ viewers: { names: ["ada", "ben"], driver: "ben" } }) });
  await stage.screen.press("x");
  expect(await stage.screen.text()).toContain("Stop the run");
});

test("the end is not foretold of a silent engine, nor of a run whose steps are all made", async () => {
  using stage = open(80, 24);
  goLive(stage);
  expect(await stage.screen.text()).toMatch(/\ds left {2}run: 42m left/);
  stage.source.show({ silentSeconds: 24 });
  expect(await stage.screen.text()).not.toContain(" left");
  stage.source.show({ silentSeconds: 0, snapshot: liveSnapshot({ etaMs: 0 }) });
  const last = await stage.screen.text();
  expect(last).toMatch(/\ds left/);
  expect(last).not.toContain("run: ");
});
