import { expect, test } from "bun:test";
import type { Series } from "../../../src/tui/charts/line-chart.ts";
import { legendOf } from "../../../src/tui/widgets/line-chart.tsx";

const series = (...titles: string[]): Series[] =>
  titles.map((title) => ({ title, colour: "cyan", mark: "●", points: [{ step: 1, value: 0.5 }] }));
const legend = (width: number, ...titles: string[]) =>
  legendOf(series(...titles), { crosshair: 1 }, 0, width).join("");

test("a legend cuts names to as many letters as there is room for", () => {
  expect(legend(60, "deduction", "abduction")).toBe("● deduction 0.50  ● abduction 0.50");
  expect(legend(33, "deduction", "abduction")).toBe("●deductio 0.50  ●abductio 0.50");
  expect(legend(20, "deduction", "abduction")).toBe("●ded 0.50  ●abd 0.50");
  expect(legend(12, "deduction", "abduction")).toBe("● ded  ● abd");
  expect(legend(9, "deduction", "abduction")).toBe("●ded ●abd");
  expect(legend(8, "deduction", "abduction")).toBe("●ded●abd");
  expect(legend(6, "deduction", "abduction")).toBe("●de●ab");
  expect(legend(26, "pass@1", "pass@16")).toBe("●p@1 0.50  ●p@16 0.50");
});

test("names that begin alike are told apart by their ends", () => {
  expect(legend(28, "curriculum-copy-14", "curriculum-copy-17")).toBe("●…opy-14 0.50  ●…opy-17 0.50");
});
