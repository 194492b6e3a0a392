import { expect, test } from "bun:test";
import fc from "fast-check";
import { frameOf } from "../../../src/tui/charts/cells.ts";
import { type ChartOptions, drawnChart, lineChart, type Series } from "../../../src/tui/charts/line-chart.ts";
import { logWords } from "../../../src/tui/charts/log-axis.ts";
import { logScaleOf, scaleOf, stepTicks } from "../../../src/tui/charts/scale.ts";

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
    "1.0 ⡇              ⡠⠔⠊⠁●",
    "    ⡇          ⣀⠤⠒⠉     ",
    "0.5 ⡇      ⢀⡠⠔⠊         ",
    "    ⡇  ⢀⡠⠔⠊⠁            ",
    "0.0 ⡇●⠊⠁                ",
    "    ⠓⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒",
    "     1        2        3",
  ]);
});

test("intervals are bars beside the line, and the axis holds them", () => {
  const intervals = [
    { step: 2, low: 0.2, high: 0.8 },
    { step: 9, low: -5, high: 5 },
  ];
  const lines = draw([seriesOf([0.5, 0.5, 0.5], { intervals })], { columns: 24, rows: 8 });
  expect(lines.slice(0, 6).map((line) => line[14])).toEqual(["┬", "│", "⠤", "│", "│", "┴"]);
  expect(lines[0]).toStartWith("0.8");
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
      fc.constantFrom(0, 0.6, 0.97),
      fc.boolean(),
      (all, columns, rows, smoothing, log) => {
        const frame = lineChart(
          all.map((values) => seriesOf(values)),
          { columns, rows, smoothing, log, crosshair: 7 },
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

test("a logarithmic scale marks powers of ten, or round numbers within one; values that are not above 0 have none", () => {
  const labels = (values: readonly number[], count = 6) =>
    logScaleOf(values, count)?.ticks.map(({ label }) => label);
  expect(labels([0.001, 1000], 7)).toEqual(["0.001", "0.01", "0.1", "1", "10", "100", "1000"]);
  expect(labels([0.001, 1000], 4)).toEqual(["0.01", "1", "100"]);
  expect(labels([20, 60])).toEqual(["20", "30", "40", "50", "60"]);
  expect(labels([1e-30, 1e300])?.length).toBeGreaterThan(1);
  expect(logScaleOf([0, -1], 4)).toBe(null);
  const scale = logScaleOf([1, 100], 4);
  expect(scale?.place(10)).toBe(1);
});

test("on a logarithmic axis what is not above 0 is a gap in the line, and has no say in the range", () => {
  const values = [1, 1, -5, -5, -5, -5, 1, 1];
  const frame = draw([seriesOf(values)], { columns: 40, rows: 6, log: true });
  const line = frame.find((row) => row.includes("●")) ?? "";
  expect(line).toMatch(/●[⠁-⣿]+ {20,}●[⠁-⣿]+●$/);
  const low = draw([seriesOf([...Array(20).fill(-0.5), 0.01, 0.2])], { columns: 40, rows: 8, log: true });
  expect(low.map((row) => Number.parseFloat(row))).toContain(0.1);
  // A value between two gaps is a dot; where nothing has a place the axis is linear.
  expect(draw([seriesOf([-1, 10, -1, 100])], { columns: 40, rows: 6, log: true }).join("")).toMatch(/[⠁-⣿]/);
  expect(draw([seriesOf([-1, -2])], { columns: 30, rows: 6, log: true }).join("")).toContain("-2");
});

test("what a logarithmic axis leaves out is counted in the steps that are shown", () => {
  const series = [seriesOf([1, -1, 0, null, 2]), seriesOf([-1, Number.NaN])];
  expect(logWords(series, [1, 5])).toEqual(["log, 3 ≤ 0 left out", "log, 3 out", "log"]);
  expect(logWords(series, [4, 5])).toEqual(["log", "log", "log"]);
  expect(logWords(series, [2, 3])).toEqual(["no log: all ≤ 0", "no log", "no log"]);
});

test("steps are marked at round numbers", () => {
  expect(stepTicks(1, 12, 4)).toEqual([5, 10]);
  expect(stepTicks(0, 10_000, 5)).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
  expect(stepTicks(3, 3, 5)).toEqual([3]);
});

test("steps stand where they are: a gap in the steps is a gap on the axis", () => {
  const points = [
    { step: 0, value: 0 },
    { step: 90, value: 0 },
    { step: 100, value: 1 },
  ];
  const frame = draw([seriesOf([], { points })], { columns: 44, rows: 6 });
  const flat = frame.at(-3) ?? "";
  expect(flat.indexOf("●")).toBeLessThan(8);
  expect(flat.trimEnd().length).toBeGreaterThan(36);
  expect(frame.at(-1)).toMatch(/0 +20 +40 +60 +80 +100/);
});

test("ten thousand noisy steps keep their spikes, and the average is drawn over them", () => {
  const values = Array.from({ length: 10_000 }, (_, i) => (i === 4321 ? 3 : Math.sin(i)));
  const highest = draw([seriesOf(values)], { columns: 60, rows: 14 }).map((line) => line.slice(6));
  expect(highest[0]?.trim() ?? "").not.toBe("");
  const smooth = lineChart([seriesOf(values)], { columns: 60, rows: 14, smoothing: 0.97 }) ?? "";
  // Faint cyan for the figures, then cyan for the average.
  expect(smooth).toContain("\x1b[2;36m");
  expect(smooth).toContain("\x1b[36m");
});

test("a crosshair runs from the top to the axis", () => {
  const frame = draw([seriesOf([0, 0, 0, 0, 1])], { columns: 30, rows: 8, crosshair: 4 });
  const at = frame[0]?.indexOf("┊") ?? -1;
  expect(at).toBeGreaterThan(18);
  expect(frame.slice(0, 5).every((line) => line[at] !== " ")).toBe(true);
  expect(draw([seriesOf([0, 1])], { columns: 30, rows: 8, crosshair: 7 }).join("")).not.toContain("┊");
});

test("a window shows its steps alone", () => {
  const series = [seriesOf(Array.from({ length: 100 }, (_, i) => i))];
  const labels = draw(series, { columns: 60, rows: 10, steps: [41, 60] });
  expect(labels.at(-1)).toMatch(/42 +45 +48 +51 +54 +57 +60/);
  expect(labels.slice(0, -2).join(" ")).toMatch(/55[\s\S]*40/);
  expect(lineChart(series, { columns: 60, rows: 10, steps: [200, 300] })).toBe(null);
});

test("a frame has one colour code per run; faint colours are faint text", () => {
  const cell = (character: string, colour: number) => ({ character, colour });
  const colours = ["\x1b[36m", "\x1b[36m", null, "\x1b[38;5;206m", "\x1b[31m", null];
  const dots = new Uint8Array([1, 2, 0, 4, 8, 0]);
  const text = new Map([[5, cell("●", 6)]]);
  expect(frameOf({ columns: 3, rows: 2, dots, colours, text })).toBe(
    "\x1b[36m⠁⠂ \x1b[39m\n\x1b[2;36m⠄\x1b[22;91m⠈\x1b[36m●\x1b[39m",
  );
});

test("a column of a chart stands for the step that is drawn there, beside the curves for none", () => {
  const points = Array.from({ length: 41 }, (_, step) => ({ step, value: step }));
  const series = [{ title: "a", colour: "cyan" as const, mark: "●", points }];
  const columns = 60;
  for (const crosshair of [0, 7, 20, 33, 40]) {
    const drawn = drawnChart(series, { columns, rows: 10, crosshair });
    const plain = Bun.stripANSI(drawn?.frame ?? "").split("\n");
    const column = plain.map((line) => line.indexOf("┊")).find((at) => at >= 0) ?? -1;
    expect(Math.abs((drawn?.stepAt(column) ?? -9) - crosshair)).toBeLessThanOrEqual(1);
    expect(drawn?.stepAt(0)).toBeNull();
    expect(drawn?.stepAt(columns)).toBeNull();
    expect(drawn?.stepAt(columns - 1)).toBe(40);
  }
});
