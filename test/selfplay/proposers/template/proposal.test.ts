import { expect, test } from "bun:test";
import { stream } from "../../../../src/random/stream.ts";
import { normalisedProgram } from "../../../../src/selfplay/program.ts";
import { writeTemplate } from "../../../../src/selfplay/proposers/template/proposal.ts";
import { makeTask } from "../../../runs/fixtures.ts";

const written = (difficulty: number, index: number, type: "deduction" | "induction" = "deduction") =>
  writeTemplate({
    type,
    difficulty,
    inductionInputs: 6,
    successes: [],
    random: stream(1, "template", difficulty, index),
  });

const LEVELS = [0, 0.25, 0.5, 0.75, 1];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("lines, nesting, operators and data structures rise with difficulty", () => {
  const measures: Record<string, (program: string, input: string) => number> = {
    lines: (program) => program.split("\n").length,
    nesting: (program) => Math.max(...program.split("\n").map((line) => line.search(/\S/) / 4)),
    operators: (program) => program.match(/[-+*/%^&<>=]=?|\b(?:if|for|in|else)\b|\w\(/g)?.length ?? 0,
    brackets: (program, input) => `${program}${input}`.match(/[[{]/g)?.length ?? 0,
    characters: (program) => program.length,
  };
  for (const [name, measure] of Object.entries(measures)) {
    const means = LEVELS.map((difficulty) =>
      mean(
        Array.from({ length: 200 }, (_, index) => {
          const { program, inputs } = written(difficulty, index).proposal;
          return measure(program, inputs[0] ?? "");
        }),
      ),
    );
    const steps = means.slice(1).map((value, i) => value - (means[i] as number));
    // Nesting begins at a third; all others rise at each level.
    expect(
      steps.every((step) => (name === "nesting" ? step >= 0 : step > 0)),
      `${name}: ${means}`,
    ).toBe(true);
    expect(means[4] as number, name).toBeGreaterThan(2 * (means[0] as number));
  }
});

test("at 0 the input is given back; between two numbers of operations some programs have one more", () => {
  const sizes = (difficulty: number) =>
    Array.from(
      { length: 100 },
      (_, index) => written(difficulty, index).proposal.program.split("\n").length - 2,
    );
  expect(new Set(sizes(0))).toEqual(new Set([0]));
  expect(mean(sizes(0.05))).toBeCloseTo(0.5, 0);
  expect(new Set(sizes(0.05))).toEqual(new Set([0, 1]));
  expect(new Set(sizes(0.1))).toEqual(new Set([1]));
});

test("the same draws write the same task; different ones different programs", () => {
  expect(written(0.6, 3)).toEqual(written(0.6, 3));
  const programs = Array.from({ length: 100 }, (_, index) => written(0.6, index).proposal.program);
  expect(new Set(programs.map(normalisedProgram)).size).toBeGreaterThan(95);
});

test("an induction has its inputs, all different, and a message in words", () => {
  for (const difficulty of LEVELS) {
    const { proposal } = written(difficulty, 0, "induction");
    expect(new Set(proposal.inputs).size).toBe(6);
    expect(proposal.message).toMatch(/^[A-Z].*\.$/);
  }
  expect(written(0, 0, "induction").proposal.message).not.toContain("def ");
});

test("programs are built on earlier successes that have a plain signature", () => {
  const success = makeTask(7, {
    program: "def f(a, b):\n    return a + b",
    inputs: ["2, 3"],
    outputs: ["5"],
  });
  const recursive = makeTask(8, {
    program: "def f(a):\n    return f(a - 1) if a else 0",
    inputs: ["2"],
    outputs: ["0"],
  });
  const proposals = Array.from({ length: 60 }, (_, index) =>
    writeTemplate({
      type: "deduction",
      difficulty: 0.5,
      inductionInputs: 6,
      successes: [success, recursive],
      random: stream(2, index),
    }),
  );
  const extended = proposals.filter(({ parents }) => parents.length > 0);
  expect(extended.length).toBeGreaterThan(8);
  expect(extended.length).toBeLessThan(30);
  for (const { parents, proposal } of extended) {
    expect(parents).toEqual([7]);
    expect(proposal.inputs).toEqual(["2, 3"]);
    expect(proposal.program).toStartWith(
      "def first(a, b):\n    return a + b\n\n\ndef f(a, b):\n    n = first(a, b)\n",
    );
  }
});
