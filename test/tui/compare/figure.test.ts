import { expect, test } from "bun:test";
import { figureChart, figureText, figureWords, inChartOrder } from "../../../src/tui/compare/figure.ts";

test("a figure is called as its chart is, with its line and unit; one of no chart by its own name", () => {
  expect(figureChart("solve/deduction/reward").title).toBe("Solver reward, deduction");
  expect(figureChart("update/gradient_norm").title).toBe("Gradient norm");
  expect(figureChart("memory/peak").title).toBe("Memory, peak (MB)");
  expect(figureChart("propose/abduction/validity")).toMatchObject({ range: [0, 1] });
  expect(figureChart("a/\x1b[2Jfigure").title).toBe("A ·[2Jfigure");
  expect(figureChart("solve/abduction/verdict/wrong").title).toBe("Solver verdict wrong, abduction");
  expect(figureChart("propose/deduction/response_tokens").title).toBe("Tokens of a proposal, deduction");
  expect(figureChart("solve/deduction/prompt_tokens").title).toBe("Solver prompt tokens, deduction");
  expect(figureChart("sandbox/seconds").title).toBe("Sandbox seconds");
  expect(figureChart("update/loss").title).toBe("Loss");
  expect(figureChart("update/entropy").title).toBe("Entropy (nats)");
  expect(figureChart("evaluation/gsm8k/pass@1").title).toBe("gsm8k pass@1");
});

test("bytes are drawn in MB and written as such; others are drawn as they are", () => {
  expect(figureChart("memory/peak").points([{ step: 1, value: 159_600_000 }])).toEqual([
    { step: 1, value: 159.6 },
  ]);
  expect(figureChart("update/kl").points([{ step: 1, value: null }])).toEqual([{ step: 1, value: null }]);
  expect(figureText("memory/peak", 159_600_000, 7)).toBe("160 MB");
});

test("a value keeps its exponent in a narrow column, and loses digits", () => {
  expect(figureText("update/loss", -1.8073e-17, 17)).toBe("-1.807e-17");
  expect(figureText("update/loss", -1.8073e-17, 8)).toBe("-1.8e-17");
  expect(figureText("update/loss", -1.8073e-17, 7)).toBe("-2e-17");
  expect(figureText("update/loss", 0.65, 7)).toBe("0.65");
  expect(figureText("update/loss", null, 7)).toBe("-");
  expect(figureText("update/loss", Number.NEGATIVE_INFINITY, 7)).toBe("-∞");
});

test("figures go by the order of the Dashboard's charts, and say what they are", () => {
  const names = [
    "memory/peak",
    "seconds/other",
    "solve/deduction/reward",
    "propose/deduction/reward",
    "no/chart",
  ];
  expect(inChartOrder(names.map((name) => ({ name }))).map(({ name }) => name)).toEqual([
    "propose/deduction/reward",
    "solve/deduction/reward",
    "seconds/other",
    "memory/peak",
    "no/chart",
  ]);
  expect(figureWords("memory/peak")).toBe("memory/peak: the most in MLX's arrays within the step");
  expect(figureWords("no/chart")).toBe("no/chart");
});
