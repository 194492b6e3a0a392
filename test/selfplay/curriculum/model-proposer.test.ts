import { expect, test } from "bun:test";
import type { ConfigInput } from "../../../src/config/schema.ts";
import { stream } from "../../../src/random/stream.ts";
import type { PythonValue } from "../../../src/sandbox/literals.ts";
import { createSelfPlay } from "../../../src/selfplay/self-play.ts";
import { TaskBuffers } from "../../../src/selfplay/task-buffers.ts";
import { byteTokenizer } from "../../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../../fixtures/scripted-generator.ts";
import { tableExecutor } from "../../fixtures/table-executor.ts";
import { makeConfig, makeTask } from "../../runs/fixtures.ts";

/** Tasks that were solved always (ids from 1) and never (ids from 101). */
const TASKS = [1, 0].flatMap((solveRate) =>
  Array.from({ length: 20 }, (_, i) => makeTask(100 * (1 - solveRate) + i + 1, { solveRate })),
);

/** A run whose model proposes a new task at every prompt and answers all of them right, or none. */
function play(right: boolean, selfplay: ConfigInput["selfplay"]) {
  let written = 0;
  const proposals = Array.from({ length: 99 }, (_, n) => `def f(a):\n    return ${n + 1}`);
  const generator = scriptedGenerator((prompt) => {
    if (prompt.includes("write a new Python program")) {
      const program = proposals[written++] ?? "";
      return `</think> <answer>\n\`\`\`python\n${program}\n\`\`\`\n\`\`\`input\n7\n\`\`\`\n</answer>`;
    }
    const [, value = "0"] = prompt.match(/return (\d+)\n```\n/) ?? [];
    return `</think> <answer>\n\`\`\`output\n${right ? value : "'wrong'"}\n\`\`\`\n</answer>`;
  });
  const table = proposals.map((program, n) => [
    program,
    (): PythonValue => ({ type: "int", value: BigInt(n + 1) }),
  ]);
  const selfPlay = createSelfPlay({
    config: makeConfig({
      selfplay: {
        tasks: ["deduction"],
        prompt: "full",
        max_prompt_tokens: 20_000,
        proposals: 4,
        tasks_per_step: 4,
        references: 4,
        estimation_samples: 2,
        curriculum: { type: "adaptive", start: 0.2, rate: 0.4, target: 0.5 },
        ...selfplay,
      },
    }),
    generator,
    executor: tableExecutor(Object.fromEntries(table)),
    tokenizer: byteTokenizer,
    store: { tasks: () => TASKS },
  });
  return { generator, selfPlay };
}

test("the model's tasks, though they fill the step, move its difficulty by their solve rate", async () => {
  const easy = play(true, {});
  const one = await easy.selfPlay.step(1);
  expect(one.metrics).toMatchObject({
    "curriculum/deduction/difficulty": 0.2,
    "curriculum/deduction/solve_rate": 1,
  });
  // 0.2 + 0.4 (1 - 0.5), and once more.
  expect((await easy.selfPlay.step(2)).metrics["curriculum/deduction/difficulty"]).toBeCloseTo(0.4, 9);
  expect((await easy.selfPlay.step(3)).metrics["curriculum/deduction/difficulty"]).toBeCloseTo(0.6, 9);
  const hard = play(false, {});
  await hard.selfPlay.step(1);
  expect((await hard.selfPlay.step(2)).metrics["curriculum/deduction/difficulty"]).toBe(0);
});

test("the full prompt names the difficulty, the paper's words where there is none", async () => {
  const adaptive = play(true, {});
  await adaptive.selfPlay.step(1);
  expect(adaptive.generator.calls[0]?.[0]).toContain(
    "The subject should succeed in about 80% of the attempts.",
  );
  await adaptive.selfPlay.step(2);
  expect(adaptive.generator.calls[2]?.[0]).toContain("in about 60% of the attempts.");
  const fixed = play(true, { curriculum: { type: "fixed" } });
  await fixed.selfPlay.step(1);
  expect(fixed.generator.calls[0]?.[0]).toContain("succeed some of the time, not always and not never.");
});

test("references come from near the difficulty: easy ones at 0, hard ones at 1, both without one", () => {
  const buffers = new TaskBuffers(["deduction"], makeConfig(), TASKS);
  const easyShare = (difficulty: number | null) => {
    const drawn = Array.from({ length: 50 }, (_, i) =>
      buffers.sampleFrom(["deduction"], "deduction", stream(1, "references", i), 4, difficulty),
    ).flat();
    expect(drawn.length).toBe(200);
    return drawn.filter(({ solveRate }) => solveRate === 1).length / drawn.length;
  };
  expect(easyShare(0)).toBeGreaterThan(0.9);
  expect(easyShare(1)).toBeLessThan(0.1);
  expect(Math.abs(easyShare(null) - 0.5)).toBeLessThan(0.1);
});

test("a step shows the references of its difficulty", async () => {
  const shown = async (start: number) => {
    const { selfPlay } = play(true, { curriculum: { type: "adaptive", start } });
    const { tasks } = await selfPlay.step(1);
    return tasks.flatMap(({ parents }) => parents);
  };
  const [easy, hard] = [await shown(0), await shown(1)];
  expect(easy.length).toBe(16);
  expect(easy.filter((id) => id < 100).length).toBeGreaterThan(12);
  expect(hard.filter((id) => id > 100).length).toBeGreaterThan(12);
});
