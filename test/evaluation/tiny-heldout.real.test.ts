import { expect, test } from "bun:test";
import { loadConfig } from "../../src/config/load.ts";
import { readTinyHeldout } from "../../src/evaluation/benchmarks/tiny-heldout.ts";
import { TINY_GROUPS, TINY_HELDOUT_PATH } from "../../src/evaluation/benchmarks/tiny-heldout-data.ts";
import { stream } from "../../src/random/stream.ts";
import { openSandbox } from "../../src/sandbox/open.ts";
import { isHeldOut } from "../../src/selfplay/held-out.ts";
import { readTaggedAnswer } from "../../src/selfplay/prompts/tagged/solve.ts";
import { PART_TAGS, TAGS } from "../../src/selfplay/prompts/tagged/tags.ts";

const benchmark = await readTinyHeldout(TINY_HELDOUT_PATH);

test("800 problems, a quarter of each kind by turns, all of held-out programs", () => {
  expect(benchmark.problems).toHaveLength(800);
  for (const [i, { group, program }] of benchmark.problems.entries()) {
    expect(group).toBe(TINY_GROUPS[i % 4] as (typeof TINY_GROUPS)[number]);
    expect(isHeldOut(program, 0.1)).toBe(true);
  }
});

test("answers are read as self-play reads them, thoughts and stray tags and all", () => {
  const random = stream(0, "test", "tagged answers");
  const pieces = [
    "<think>",
    "<ans>",
    ...TAGS,
    "[1, 2]",
    "sum([1]) -> 1\n",
    "'a' < 'b'",
    "a<b",
    "7",
    " ",
    "",
    "",
  ];
  const drawn = Array.from({ length: 5000 }, () => {
    const thought = random.integer(0, 1) ? "<think>1 + 2 -> 3<ans>" : "";
    return thought + Array.from({ length: random.integer(0, 2) }, () => random.pick(pieces)).join("");
  });
  const [deduction] = benchmark.problems;
  if (!deduction) throw new Error("no problem");
  const read = (text: string, prompt = deduction.prompt) =>
    benchmark.answer({ ...deduction, prompt }, text, "raw").trim();
  let answered = 0;
  for (const text of drawn) {
    const own = readTaggedAnswer("deduction", text);
    const expected = own.ok ? own.value : "";
    expect(`${text}: ${read(text)}`).toBe(`${text}: ${expected}`);
    if (text.startsWith(PART_TAGS.thought))
      expect(read(text.slice(PART_TAGS.thought.length), deduction.prompt + PART_TAGS.thought)).toBe(expected);
    if (own.ok) answered++;
  }
  expect(answered).toBeGreaterThan(500);
});

test("in the sandbox references pass and another problem's answer does not", async () => {
  await using executor = await openSandbox(loadConfig().sandbox);
  const problems = benchmark.problems.slice(0, 40);
  const judge = (i: number, text: string) => {
    const problem = benchmark.problems[i] as (typeof problems)[number];
    return benchmark.judge(problem, benchmark.answer(problem, text, "raw"), { executor });
  };
  const own = await Promise.all(problems.map(({ reference }, i) => judge(i, reference)));
  expect(own.filter(({ passed }) => !passed)).toEqual([]);
  const thoughts = problems.flatMap(({ reference, group }, i) =>
    group === "completion" ? [] : judge(i, `<think>1 + 2<ans>${reference}`),
  );
  expect((await Promise.all(thoughts)).filter(({ passed }) => !passed)).toEqual([]);
  const others = await Promise.all(problems.map(({ reference }, i) => judge(i + 4, reference)));
  expect(others.filter(({ passed }) => passed).length).toBeLessThan(10);
  const silent = await Promise.all(problems.map((_, i) => judge(i, "")));
  expect(silent.filter(({ passed }) => passed)).toEqual([]);
});
