import prettyBytes from "pretty-bytes";
import { ROLES, TASK_TYPES } from "../../interfaces/role.ts";
import { type MetricUnit, metricEntry } from "../../runs/index.ts";
import { CHARTS, chartsOf, titleOf } from "../charts/catalogue.ts";
import type { ShownChart } from "../charts/shown-chart.ts";
import type { Point } from "../charts/smoothing.ts";
import { oneLine } from "../printable.ts";

/** A figure's chart, named by the figure: what it is called, and its points in the unit that the title names. */
export interface FigureChart extends ShownChart {
  points(points: readonly Point[]): readonly Point[];
}

const MEGABYTE = 1e6;

/** The chart of one figure, as the Dashboard would draw it; one that it does not draw is called by the parts of its name. */
export function figureChart(name: string): FigureChart {
  const kind = kindOf(name);
  const caught = kind?.figures
    ?.exec(name)
    ?.slice(1)
    .find((part) => part !== undefined);
  // A chart of a single figure is called by it already.
  const line = kind?.figures && /[+|]/.test(kind.figures.source) ? caught : undefined;
  const named = line && titleOf(line).toLowerCase() !== kind?.title.toLowerCase() ? `, ${titleOf(line)}` : "";
  const title = kind ? kind.title + named : wordsOf(name);
  const bytes = metricEntry(name)?.unit === "bytes";
  const unit = UNITS[metricEntry(name)?.unit ?? ""] ?? "";
  const said = unit === "" || title.toLowerCase().includes(WORDS[unit] ?? unit);
  return {
    id: name,
    title: said ? title : `${title} (${unit})`,
    unit: "",
    ...(kind?.range ? { range: kind.range } : {}),
    ...(kind?.zero ? { zero: kind.zero } : {}),
    points: (points) =>
      bytes
        ? points.map(({ step, value }) => ({ step, value: value === null ? null : value / MEGABYTE }))
        : points,
  };
}

/** Units that are said with a title; shares, counts and rewards are told by it. */
const UNITS: Partial<Record<MetricUnit, string>> = {
  tokens: "tokens",
  "tokens/s": "tokens/s",
  seconds: "s",
  bytes: "MB",
  nats: "nats",
};
/** What says it already. */
const WORDS: Record<string, string> = { "tokens/s": "per second", s: "seconds" };

const kindOf = (name: string) => CHARTS.find(({ figures }) => figures?.test(name));

/** Figures in the order of the charts that the Dashboard has of them, then those of none. */
export function inChartOrder<Figure extends { name: string }>(figures: readonly Figure[]): Figure[] {
  const kinds = chartsOf(
    figures.map(({ name }) => name),
    false,
  );
  const rank = ({ name }: Figure) => {
    const index = kinds.findIndex((kind) => kind.figures?.test(name));
    return index < 0 ? kinds.length : index;
  };
  return figures
    .map((figure) => ({ figure, rank: rank(figure) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ figure }) => figure);
}

/** `solve/abduction/verdict/wrong` -> `Solver verdict wrong, abduction`; `evaluation/gsm8k/pass@1` -> `gsm8k pass@1`. */
function wordsOf(name: string): string {
  const [first = "", ...rest] = name.split("/");
  const type = TASK_TYPES.find((one) => rest.includes(one));
  const role = ROLES.find((one) => one === first);
  const others = [role ? "" : first === "evaluation" ? "" : first, ...rest.filter((part) => part !== type)];
  const words = [role === "propose" ? "Proposer" : role === "solve" ? "Solver" : "", ...others]
    .filter(Boolean)
    .join(" ")
    .replaceAll("_", " ");
  const shown = first === "evaluation" ? words : words.charAt(0).toUpperCase() + words.slice(1);
  return oneLine(type ? `${shown}, ${type}` : shown);
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

/** What a figure is, in the words of docs/reference/metrics.md, after its name. */
export function figureWords(name: string): string {
  const meaning = metricEntry(name)?.meaning;
  return oneLine(meaning ? `${name}: ${meaning}` : name);
}
