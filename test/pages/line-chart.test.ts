import { expect, test } from "bun:test";
import { lineChart } from "../../src/pages/line-chart.ts";
import { shortNumber } from "../../src/pages/numbers.ts";
import { smoothed, thinned } from "../../src/pages/smoothing.ts";

const series = (...values: (number | null)[]) => ({
  label: "one",
  points: values.map((value, i) => ({ step: i + 1, value })),
});

const paths = (chart: ReturnType<typeof lineChart>) =>
  [...(chart?.text ?? "").matchAll(/<path[^>]* d="([^"]*)"/g)].map((match) => match[1]);

test("a share is drawn between 0 and 1, steps from side to side", () => {
  const chart = lineChart({ title: "rate", unit: "share", series: [series(0, 0.5, 1)] });
  // The plot is 56..400 wide and 204..10 high.
  expect(paths(chart)).toEqual(["M56,204L228,107L400,10"]);
  expect(chart?.text).toContain("<title>one, step 2: 50%</title>");
  expect(chart?.text).toContain("<b>100%</b>");
});

test("a line breaks at what was not finite; a value alone between gaps is a dot", () => {
  const chart = lineChart({ title: "rate", unit: "share", series: [series(0, null, 1, null, 0.5, 0.5)] });
  expect(paths(chart)).toEqual(["M56,204ZM193.6,10ZM331.2,107L400,107"]);
  expect(chart?.text.match(/<circle/g)).toHaveLength(4);
});

test("nothing finite draws nothing; one value and equal values have room around them", () => {
  expect(lineChart({ title: "none", series: [series(null, null), series()] })).toBeNull();
  const numbers = (chart: ReturnType<typeof lineChart>) => /NaN|Infinity/.test(chart?.text ?? "NaN");
  expect(numbers(lineChart({ title: "one", series: [series(3)] }))).toBe(false);
  expect(numbers(lineChart({ title: "equal", series: [series(0, 0, 0)] }))).toBe(false);
  expect(numbers(lineChart({ title: "infinite", series: [series(Number.POSITIVE_INFINITY, 1)] }))).toBe(
    false,
  );
});

test("ten values or more are smoothed, the values themselves faint", () => {
  const chart = lineChart({ title: "long", series: [series(...Array.from({ length: 10 }, (_, i) => i))] });
  expect(chart?.text).toContain('<path class="raw"');
  expect(paths(chart)).toHaveLength(2);
  expect(lineChart({ title: "short", series: [series(1, 2, 3)] })?.text).not.toContain('<path class="raw"');
});

test("a series keeps its colour when one before it has nothing to draw", () => {
  expect(lineChart({ title: "two", series: [series(null), series(1, 2)] })?.text).toContain(
    'class="series c1"',
  );
});

test("an interval is a line through its point", () => {
  const points = [
    { step: 1, value: 0.5, low: 0.25, high: 0.75 },
    { step: 2, value: 0.5 },
  ];
  const chart = lineChart({ title: "pass", unit: "share", series: [{ label: "run", points }] });
  expect(chart?.text).toContain('<line x1="56" x2="56" y1="155.5" y2="58.5"/>');
  expect(chart?.text).toContain("50% (25% to 75%)");
});

test("bytes are in the unit of the largest", () => {
  const chart = lineChart({ title: "Memory", unit: "bytes", series: [series(2 ** 30, 2 ** 31)] });
  expect(chart?.text).toContain("Memory, GiB");
  expect(chart?.text).toContain("<b>2</b>");
});

test("the moving average is without bias, and a gap leaves it as it was", () => {
  const values = (points: readonly { value: number | null }[]) => points.map(({ value }) => value);
  expect(values(smoothed(series(5, 5, 5).points))).toEqual(
    [5, 5, 5].map((value) => expect.closeTo(value, 12)),
  );
  const [first, gap, third] = values(smoothed(series(1, null, 2).points));
  expect([first, gap]).toEqual([1, null]);
  // (0.8 * 0.2 * 1 + 0.2 * 2) / (0.8 * 0.2 + 0.2)
  expect(third).toBeCloseTo(0.56 / 0.36, 12);
});

test("thinned points keep every extreme of their stretch, and gaps that are long", () => {
  const points = Array.from({ length: 1000 }, (_, step) => ({ step, value: step === 500 ? 99 : step % 2 }));
  const kept = thinned(points, 100);
  expect(kept.length).toBeLessThanOrEqual(100);
  expect(kept.some(({ value }) => value === 99)).toBe(true);
  expect(kept.map(({ step }) => step)).toEqual(kept.map(({ step }) => step).sort((a, b) => a - b));
  const gap = points.map(({ step, value }) => ({ step, value: step >= 400 && step < 600 ? null : value }));
  expect(thinned(gap, 100).some(({ value }) => value === null)).toBe(true);
});

test("numbers are short", () => {
  expect([0, 0.12345, -2, 1234.5, 1e-5, 2e9, Number.NaN].map(shortNumber)).toEqual([
    "0",
    "0.123",
    "-2",
    "1,235",
    "1.0e-5",
    "2.0e+9",
    "none",
  ]);
});
