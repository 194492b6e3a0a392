import prettyBytes from "pretty-bytes";
import { metricEntry } from "../../runs/index.ts";
import { CHARTS, titleOf } from "../charts/catalogue.ts";
import type { Point } from "../charts/smoothing.ts";
import { oneLine } from "../printable.ts";

/** A figure's chart: what it is called, and its points in the unit that the title names. */
export interface FigureChart {
  /** `Solver reward, deduction`; the figure's own name where no chart of a run shows it. */
  title: string;
  range: readonly [low: number, high: number] | null;
  points(points: readonly Point[]): readonly Point[];
}

const MEGABYTE = 1e6;

/** The chart of one figure, as the Dashboard would draw it. */
export function figureChart(name: string): FigureChart {
  const kind = CHARTS.find(({ figures }) => figures?.test(name));
  const bytes = metricEntry(name)?.unit === "bytes";
  const caught = kind?.figures
    ?.exec(name)
    ?.slice(1)
    .find((part) => part !== undefined);
  // A chart of a single figure is called by it already.
  const line = kind?.figures && /[+|]/.test(kind.figures.source) ? caught : undefined;
  const title = kind ? `${kind.title}${line ? `, ${titleOf(line)}` : ""}` : oneLine(name);
  const unit = kind?.unit && kind.unit !== "share" ? kind.unit : bytes ? "MB" : null;
  return {
    title: unit ? `${title} (${unit})` : title,
    range: kind?.range ?? null,
    points: (points) =>
      bytes
        ? points.map(({ step, value }) => ({ step, value: value === null ? null : value / MEGABYTE }))
        : points,
  };
}

/** A figure's value in a column of so many letters: bytes as such, digits rather than the exponent left out; `-` for none. */
export function figureText(name: string, value: number | null, letters: number): string {
  // No number stands where there is none: runs that diverged have means of infinities.
  if (value === null || Number.isNaN(value)) return "-";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (metricEntry(name)?.unit === "bytes") return prettyBytes(value);
  const forms = [4, 3, 2, 1].map((digits) => String(Number(value.toPrecision(digits))));
  return forms.find(({ length }) => length <= letters) ?? value.toExponential(0);
}
