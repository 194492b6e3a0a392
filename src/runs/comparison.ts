import { configChanges } from "../config/change.ts";
import type { RunDatabase } from "./database.ts";
import { METRICS, metricEntry } from "./metric-names.ts";
import { metricNames, metricSeries } from "./queries/metrics.ts";
import type { DatedConfig } from "./settings.ts";

/** Steps whose mean is a figure's final one: a single step tells of its tasks, not of the run. */
export const FINAL_STEPS = 10;

/** A setting in which runs differ. */
export interface SettingDifference {
  /** Dotted path. */
  path: string;
  /** Of each run, in their order, as it is now; undefined where a run has no such setting. */
  values: unknown[];
  /** Of each run: what it was from which step on, ascending; more than one where it was changed while the run went on. */
  history: { step: number; value: unknown }[][];
}

/** A figure that one of the runs has. */
export interface FigureComparison {
  name: string;
  /** Mean over the last steps of each run that have it; null where none has. */
  values: (number | null)[];
}

/** The settings that are not the same in all of the runs, or were not throughout one of them; each run's are ascending and at least one. */
export function settingDifferences(runs: readonly (readonly DatedConfig[])[]): SettingDifference[] {
  const [first, ...others] = runs.flat().map(({ config }) => config);
  if (!first) return [];
  // A section that only some have is taken apart: it is its settings that are compared.
  const paths = others.flatMap((other) => configChanges(first, other).flatMap(leaves));
  return [...new Set(paths)].map((path) => {
    const history = runs.map((dated) => historyOf(dated, path));
    return { path, values: history.map((values) => values.at(-1)?.value), history };
  });
}

/** `0.0003`, or `0.0003 → 0.0001 at 13` where it changed with step 13. */
export function settingWords(
  history: SettingDifference["history"][number],
  written: (value: unknown) => string,
): string {
  return history
    .map(({ step, value }, index) => (index === 0 ? written(value) : `${written(value)} at ${step}`))
    .join(" → ");
}

function historyOf(dated: readonly DatedConfig[], path: string): SettingDifference["history"][number] {
  const all = dated.map(({ step, config }) => ({
    step,
    value: path.split(".").reduce(inside, config as unknown),
  }));
  return all.filter(({ value }, index) => index === 0 || !Bun.deepEquals(value, all[index - 1]?.value));
}

/** The figures of several runs side by side, in the order of docs/reference/metrics.md. */
export function finalFigures(databases: readonly RunDatabase[]): FigureComparison[] {
  const names = new Set(databases.flatMap(metricNames));
  const rank = (name: string) => {
    const entry = metricEntry(name);
    return entry ? METRICS.indexOf(entry) : METRICS.length;
  };
  return [...names]
    .map((name) => ({ name, rank: rank(name) }))
    .sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name))
    .map(({ name }) => ({ name, values: databases.map((database) => finalFigure(database, name)) }));
}

function finalFigure(database: RunDatabase, name: string): number | null {
  const values = metricSeries(database, name, FINAL_STEPS).flatMap(({ value }) =>
    value === null ? [] : [value],
  );
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function leaves({ path, from, to }: { path: string; from: unknown; to: unknown }): string[] {
  const sections = [from, to].filter(isSection);
  if (sections.length === 0) return [path];
  return sections.flatMap((section) =>
    Object.entries(section).flatMap(([key, value]) =>
      leaves({ path: `${path}.${key}`, from: value, to: undefined }),
    ),
  );
}

const isSection = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const inside = (section: unknown, key: string): unknown => (isSection(section) ? section[key] : undefined);
