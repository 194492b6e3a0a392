import { describe, expect, test } from "bun:test";
import { stream } from "../../../src/random/stream.ts";
import { createCurriculum } from "../../../src/selfplay/curriculum/curriculum.ts";
import { type CurriculumStep, nextDifficulty } from "../../../src/selfplay/curriculum/difficulty.ts";
import { makeConfig } from "../../runs/fixtures.ts";

const SETTINGS = { type: "adaptive", target: 0.5, rate: 0.2, start: 0.1, window: 4 } as const;

/** Solves a task of a difficulty with a probability that falls from 1 to 0 around its skill. */
function solves(skill: number, difficulty: number, uniform: number): boolean {
  return uniform < 1 / (1 + Math.exp((difficulty - skill) / 0.12));
}

/** The steps of a run with 16 answers each; the solver's skill may change with the step. */
function simulate(skill: (step: number) => number, steps: number, settings = SETTINGS): CurriculumStep[] {
  const history: CurriculumStep[] = [];
  for (let step = 1; step <= steps; step++) {
    const difficulty = nextDifficulty(settings, history);
    const random = stream(3, "simulated", step);
    const right = Array.from({ length: 16 }, () => solves(skill(step), difficulty, random.uniform()));
    history.push({ difficulty, solveRate: right.filter(Boolean).length / right.length });
  }
  return history;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const held = (history: CurriculumStep[]) => mean(history.slice(-30).map(({ solveRate }) => solveRate ?? 0));

describe("an adaptive curriculum", () => {
  test.each([0.2, 0.5, 0.8])("holds the solve rate of a solver of skill %p near the target", (skill) => {
    const history = simulate(() => skill, 80);
    expect(history[0]?.difficulty).toBe(0.1);
    expect(held(history)).toBeCloseTo(0.5, 1);
    // Where half is solved, the difficulty is the skill.
    expect(Math.abs(mean(history.slice(-30).map((step) => step.difficulty)) - skill)).toBeLessThan(0.05);
  });

  test("holds another target, and follows a solver that learns", () => {
    expect(held(simulate(() => 0.5, 80, { ...SETTINGS, target: 0.8 } as never))).toBeCloseTo(0.8, 1);
    const learning = simulate((step) => 0.2 + step / 200, 120);
    expect((learning.at(-1)?.difficulty ?? 0) - (learning[39]?.difficulty ?? 1)).toBeGreaterThan(0.25);
    expect(Math.abs(held(learning) - 0.5)).toBeLessThan(0.15);
  });

  test("stays within 0 and 1 where all or nothing is solved, and still where nothing is known", () => {
    expect(simulate(() => 5, 60).at(-1)?.difficulty).toBe(1);
    expect(simulate(() => -5, 60).at(-1)?.difficulty).toBe(0);
    expect(nextDifficulty(SETTINGS, [{ difficulty: 0.4, solveRate: null }])).toBe(0.4);
  });

  test("its state is in its figures: one that goes on from them equals the one that wrote them", () => {
    const { selfplay } = makeConfig({ selfplay: { curriculum: { type: "adaptive", window: 3 } } });
    const types = ["deduction", "induction"] as const;
    const figures: Record<string, { step: number; value: number }[]> = {};
    const history = (name: string, steps: number) => (figures[name] ?? []).slice(-steps);
    const whole = createCurriculum(selfplay, types, () => []);
    for (let step = 1; step <= 9; step++) {
      const resumed = createCurriculum(selfplay, types, history);
      for (const type of types) expect(resumed.difficulty(type)).toBe(whole.difficulty(type));
      const random = stream(4, step);
      const answers = step === 5 ? [] : Array.from({ length: 7 }, () => random.uniform() < 0.7);
      const found = whole.finish(new Map([["deduction", answers]]));
      for (const [name, value] of Object.entries(found)) {
        figures[name] = [...(figures[name] ?? []), { step, value }];
      }
    }
    expect(whole.difficulty("deduction")).toBeGreaterThan(0.15);
    expect(whole.difficulty("induction")).toBe(0.1);
    expect(figures["curriculum/difficulty"]?.length).toBe(9);
  });
});
