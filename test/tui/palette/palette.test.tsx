import { afterAll, expect, test } from "bun:test";
import { complete } from "../../../src/tui/palette/completion.ts";
import { parse } from "../../../src/tui/palette/parse.ts";
import type { PaletteScope } from "../../../src/tui/palette/vocabulary.ts";
import { recordRun } from "../../fixtures/recorded-run.ts";
import { makeConfig, temporaryFolder } from "../../runs/fixtures.ts";
import { goLive, openStage, type Stage } from "../stage.tsx";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
let count = 0;

const scope: PaletteScope = {
  contexts: ["records", "filtered", "list", "screens", "run", "global"],
  live: true,
  config: makeConfig(),
};
const words = (line: string, over: Partial<PaletteScope> = {}) =>
  complete(line, { ...scope, ...over }).suggestions.map(({ word }) => word);

test("commands are those of the key table that hold now, and the palette's own", () => {
  expect(words("che")).toEqual(["checkpoint"]);
  expect(words("")).toEqual(
    expect.arrayContaining(["set", "drive", "goto", "detach", "pause", "filter", "quit"]),
  );
  expect(words("", { live: false, contexts: ["screens", "global"] })).not.toContain("set");
  expect(words("", { contexts: ["screens", "global"] })).not.toContain("filter");
  expect(words("")).not.toContain("palette");
  // Nobody writes out a key that moves by a line.
  expect(
    words("", { contexts: ["detail", "list", "chart"] }).filter((word) => /up|down|first/.test(word)),
  ).toEqual([]);
});

test("set completes keys with value, range and help, then values", () => {
  expect(words("set learning_rate")).toEqual([
    "training.optimizer.learning_rate",
    "training.optimizer.min_learning_rate",
  ]);
  const { lead, suggestions } = complete("set training.optimizer.learning_rate", scope);
  expect(lead).toBe("set ");
  expect(suggestions[0]?.help).toBe("= 0.000001 (number > 0) AdamW's peak learning rate.");
  expect(words("set training.optimizer.schedule ")).toEqual(
    expect.arrayContaining(["constant", "linear", "cosine"]),
  );
  expect(words("set evaluation.end ")).toEqual(["false", "true"]);
  // What cannot change while the run is trained, and what its variant has not, is not offered.
  expect(words("set seed")).not.toContain("seed");
  expect(words("set sandbox")).toEqual([]);
  expect(words("set curriculum.target")).toEqual([]);
  const adaptive = makeConfig({ selfplay: { curriculum: { type: "adaptive" } } });
  expect(words("set curriculum.target", { config: adaptive })).toEqual(["selfplay.curriculum.target"]);
});

test("a line says what is to be done, or what is wrong with it", () => {
  expect(parse("  ", scope)).toBeNull();
  expect(parse("42", scope)).toEqual({ kind: "goto", number: 42 });
  expect(parse("goto 7", scope)).toEqual({ kind: "goto", number: 7 });
  expect(parse("checkp", scope)).toEqual({ kind: "press", key: "c" });
  expect(parse("pause", scope)).toEqual({ kind: "press", key: "space" });
  expect(parse("drive", scope)).toEqual({ kind: "send", command: { command: "drive" } });
  for (const line of ["set steps 90", "set steps=90"])
    expect(parse(line, scope)).toEqual({
      kind: "send",
      command: { command: "set", key: "steps", value: "90" },
    });
  expect(parse("set evaluation.benchmarks [humaneval, mbpp]", scope)).toMatchObject({
    command: { value: "[humaneval, mbpp]" },
  });
  expect(parse("set steps", scope)).toMatchObject({
    kind: "tell",
    text: expect.stringContaining("steps = 500 (integer"),
  });
  expect(() => parse("chekpoint", scope)).toThrow(
    'There is no command "chekpoint" here. Nearest: checkpoint.',
  );
  expect(() => parse("s", scope)).toThrow('"s" may be set, ');
  expect(() => parse("set step", scope)).toThrow("Nearest: steps");
  expect(() => parse("pause now", scope)).toThrow("takes no value");
  expect(() => parse("goto there", scope)).toThrow("takes a number");
  expect(() => parse("set steps 9", { ...scope, live: false })).toThrow("none is at work");
});

test("what is wrong is read whole, over rows that nothing needs; without an engine set says so", async () => {
  using stage = open();
  stage.source.refusal = `ends ${"a long reason ".repeat(12)}here`;
  await stage.screen.press("4", ":set steps 9\r");
  await seen(stage, /a long reason here/);
  await stage.screen.press("\x1b");
  stage.source.show({ state: "stopped", snapshot: null });
  await stage.screen.press(":set evalu");
  await seen(stage, /set is told to the engine, and none is at work\./);
});

/** Waits until it is seen: keys are drawn one after the other. */
async function seen({ screen }: Stage, pattern: RegExp): Promise<void> {
  for (let tries = 0; tries < 200; tries++) if (pattern.test(await screen.text())) return;
  expect(await screen.text()).toMatch(pattern);
}

function open() {
  const stage = openStage(recordRun(`${folder.path}/${count++}`), 100, 30);
  goLive(stage);
  return stage;
}

test("typed, completed by tab and sent; a refusal is shown beneath and the line stays", async () => {
  using stage = open();
  await stage.screen.press("4", ":set learning_r\t");
  await seen(stage, /:set training\.optimizer\.learning_rate/);
  stage.source.refusal = "ada drives. `:drive` takes over.";
  await stage.screen.press(" 0.01\r");
  await seen(stage, /learning_rate 0\.01[\s\S]*ada drives\. `:drive` takes over\./);
  stage.source.refusal = null;
  await stage.screen.press("\r");
  await seen(stage, /^(?![\s\S]*─ Command)/);
  const set = { command: "set", key: "training.optimizer.learning_rate", value: "0.01" } as const;
  expect(stage.source.commands).toEqual([set, set]);
  await stage.screen.press(":", "\x1b[A");
  await seen(stage, /:set training\.optimizer\.learning_rate 0\.01/);
  await stage.screen.press("\x1b", "e");
  await seen(stage, /^(?![\s\S]*─ Command)/);
  expect(stage.source.sent.at(-1)).toBe("evaluate");
});

test("a command of the key table acts as its key, on the screen under the palette", async () => {
  using stage = open();
  await stage.screen.press("4", ":screen-2\r");
  await seen(stage, /\[2 Tasks\]/);
  await stage.screen.press(":pause\r", ":nothing at all\r");
  await seen(stage, /There is no command "nothing" here\./);
  expect(stage.source.sent).toEqual(["pause"]);
  await stage.screen.press("\x03", ":detach\r");
  await stage.screen.ended;
  expect(stage.departures).toEqual(["detached"]);
});

test("the default of a setting stands beside what it is now", () => {
  const config = makeConfig({ training: { optimizer: { learning_rate: 0.0003 } } });
  const { suggestions } = complete("set training.optimizer.learning_rate ", { ...scope, config });
  expect(suggestions.map(({ help }) => help.split(". ")[0])).toEqual([
    "as it is",
    "the default; it is 0.0003 now",
  ]);
});
