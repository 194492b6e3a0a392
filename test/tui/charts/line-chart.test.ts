import { expect, test } from "bun:test";
import fc from "fast-check";
import { type ChartOptions, lineChart, type Series } from "../../../src/tui/charts/line-chart.ts";
import { scaleOf } from "../../../src/tui/charts/scale.ts";
import { mergeColourRuns } from "../../../src/tui/charts/sgr.ts";

function seriesOf(values: readonly (number | null)[], more: Partial<Series> = {}): Series {
  return {
    title: "one",
    colour: "cyan",
    mark: "●",
    points: values.map((value, index) => ({ step: index + 1, value })),
    ...more,
  };
}

function draw(series: readonly Series[], options: ChartOptions): string[] {
  const frame = lineChart(series, options);
  if (frame === null) throw new Error("nothing was drawn");
  return Bun.stripANSI(frame).split("\n");
}

test("a line between round labels, with its mark at the end", () => {
  expect(draw([seriesOf([0, 0.5, 1])], { columns: 24, rows: 7 })).toEqual([
    "1.0 ⡇         ⢀⡠⠊⠁●     ",
    "    ⡇       ⡠⠔⠁         ",
    "0.5 ⡇    ⢀⠤⠊            ",
    "    ⡇  ⡠⠒⠁              ",
    "0.0 ⡇●⠉                 ",
    "    ⠓⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒",
    "     1     2      3     ",
  ]);
});

test("every series has its own mark on the canvas, also where colours are gone", () => {
  const frame = draw([seriesOf([0, 0, 0]), seriesOf([1, 1, 1], { title: "two", mark: "■" })], {
    columns: 40,
    rows: 8,
  }).join("\n");
  expect(frame).toContain("●");
  expect(frame).toContain("■");
});

test("one point is a short line; no finite point is no chart", () => {
  expect(draw([seriesOf([0.3])], { columns: 30, rows: 6 }).join("")).toMatch(/⠤|⠒|⣀|⠉/);
  expect(lineChart([seriesOf([Number.NaN, Number.POSITIVE_INFINITY, null])], { columns: 30, rows: 6 })).toBe(
    null,
  );
  expect(lineChart([], { columns: 30, rows: 6 })).toBe(null);
});

test("a spike of a million does not hide the other values", () => {
  const values = Array.from({ length: 50 }, (_, i) => Math.sin(i / 5));
  values[25] = 1e6;
  const labels = draw([seriesOf(values)], { columns: 60, rows: 12 }).map((line) => Number.parseFloat(line));
  expect(Math.max(...labels.filter(Number.isFinite))).toBeLessThan(100);
});

test("any values, sizes and lengths are drawn in the size that was asked for", () => {
  const value = fc.oneof(
    fc.double(),
    fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY, 1e308, -1e308, 0),
  );
  fc.assert(
    fc.property(
      fc.array(fc.array(value, { maxLength: 300 }), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 16, max: 120 }),
      fc.integer({ min: 4, max: 30 }),
      (all, columns, rows) => {
        const frame = lineChart(
          all.map((values) => seriesOf(values)),
          { columns, rows },
        );
        if (frame === null) return;
        const lines = Bun.stripANSI(frame).split("\n");
        expect(lines.length).toBe(rows);
        for (const line of lines) expect(Bun.stringWidth(line)).toBe(columns);
        expect(frame).not.toMatch(/undefined|null|NaN/);
      },
    ),
    { numRuns: 200 },
  );
});

test("a scale holds its values and marks round numbers", () => {
  expect(scaleOf([-0.9, 0.4], 4).ticks.map(({ label }) => label)).toEqual(["-0.5", "0.0"]);
  expect(scaleOf([0, 1], 5).ticks.map(({ label }) => label)).toEqual([
    "0.00",
    "0.25",
    "0.50",
    "0.75",
    "1.00",
  ]);
  expect(scaleOf([7, 7], 3).ticks.length).toBeGreaterThan(1);
  expect(() => scaleOf([], 3)).toThrow(RangeError);
});

test("colour codes are merged into runs; text and colours stay", () => {
  const cells = "\x1b[36m⣀\x1b[39m\x1b[36m⣀\x1b[39m \x1b[31m⣀\x1b[39m\n\x1b[36m⣀\x1b[39m";
  expect(mergeColourRuns(cells)).toBe("\x1b[36;49m⣀⣀ \x1b[31;49m⣀\x1b[39;49m\n\x1b[36;49m⣀\x1b[39;49m");
});
