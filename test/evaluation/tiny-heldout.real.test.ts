import { expect, test } from "bun:test";
import { loadConfig } from "../../src/config/load.ts";
import { ANSWER_TAG, readTinyHeldout } from "../../src/evaluation/benchmarks/tiny-heldout.ts";
import { TINY_GROUPS, TINY_HELDOUT_PATH } from "../../src/evaluation/benchmarks/tiny-heldout-data.ts";
import { openSandbox } from "../../src/sandbox/open.ts";
import { isHeldOut } from "../../src/selfplay/held-out.ts";
import { PART_TAGS } from "../../src/selfplay/prompts/tagged/tags.ts";

const benchmark = await readTinyHeldout(TINY_HELDOUT_PATH);

test("800 problems, a quarter of each kind by turns, all of held-out programs", () => {
  expect(benchmark.problems).toHaveLength(800);
  for (const [i, { group, program }] of benchmark.problems.entries()) {
    expect(group).toBe(TINY_GROUPS[i % 4] as (typeof TINY_GROUPS)[number]);
    expect(isHeldOut(program, 0.1)).toBe(true);
  }
});

test("an answer begins where the model's own form has it", () => {
  expect(ANSWER_TAG).toBe(PART_TAGS.answer);
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
