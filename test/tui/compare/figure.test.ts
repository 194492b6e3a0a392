import { expect, test } from "bun:test";
import { figureChart, figureText } from "../../../src/tui/compare/figure.ts";

test("a figure is called as its chart is, with its line and unit; one of no chart by its own name", () => {
  expect(figureChart("solve/deduction/reward").title).toBe("Solver reward, deduction");
  expect(figureChart("update/gradient_norm").title).toBe("Gradient norm");
  expect(figureChart("memory/peak").title).toBe("Memory, peak (MB)");
  expect(figureChart("propose/abduction/validity")).toMatchObject({ range: [0, 1] });
  expect(figureChart("a/\x1b[2Jfigure").title).toBe("a/·[2Jfigure");
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
