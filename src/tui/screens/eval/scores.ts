import type { CheckpointRecord, EvaluationRecord } from "../../../runs/index.ts";
import type { ChartColour, Series } from "../../charts/line-chart.ts";

/** What a run scored: a row for each step that was evaluated or has a checkpoint, a column for each benchmark. */
export interface ScoreTable {
  benchmarks: readonly string[];
  /** Names of scores that any evaluation has, such as `pass@1`, in the order in which they were stored. */
  names: readonly string[];
  /** The newest step first. */
  rows: readonly ScoreRow[];
}

export interface ScoreRow {
  step: number;
  /** Whether the step has a checkpoint, and so can be evaluated. */
  checkpoint: boolean;
  /** By benchmark: of several evaluations of a step the newest. */
  evaluations: ReadonlyMap<string, EvaluationRecord>;
}

export function scoreTable(
  newestFirst: readonly EvaluationRecord[],
  checkpoints: readonly Pick<CheckpointRecord, "step">[],
): ScoreTable {
  const rows = new Map<number, Map<string, EvaluationRecord>>();
  for (const { step } of checkpoints) rows.set(step, new Map());
  for (const record of newestFirst) {
    const row = rows.get(record.step) ?? new Map<string, EvaluationRecord>();
    if (!row.has(record.benchmark)) row.set(record.benchmark, record);
    rows.set(record.step, row);
  }
  const kept = new Set(checkpoints.map(({ step }) => step));
  return {
    benchmarks: [...new Set(newestFirst.map(({ benchmark }) => benchmark))].sort(),
    names: [...new Set(newestFirst.toReversed().flatMap(({ scores }) => scoreNames(scores)))],
    rows: [...rows]
      .map(([step, evaluations]) => ({ step, checkpoint: kept.has(step), evaluations }))
      .sort((a, b) => b.step - a.step),
  };
}

/** Scores beside their intervals' ends and the counts. */
const scoreNames = (scores: Readonly<Record<string, number>>): string[] =>
  Object.keys(scores).filter((name) => /pass@\d+$/.test(name));

/** `12.2 (7.0-18.1)`, percent with the 95% interval where it was stored; `-` where there is no such score. */
export function scoreText(evaluation: EvaluationRecord | undefined, name: string): string {
  const { scores = {}, settings } = evaluation ?? {};
  const value = scores[name];
  if (value === undefined) return "-";
  const [low, high] = [scores[`${name}/low`], scores[`${name}/high`]];
  const interval = low === undefined || high === undefined ? "" : ` (${percent(low)}-${percent(high)})`;
  return `${percent(value)}${interval}${settings?.partial ? "*" : ""}`;
}

/** Every score of a step, one a line, as it is copied. */
export function scoreLines({ step, evaluations }: ScoreRow, names: readonly string[]): string {
  const lines = [...evaluations].flatMap(([benchmark, evaluation]) =>
    names
      .filter((name) => evaluation.scores[name] !== undefined)
      .map((name) => `${benchmark}\tstep ${step}\t${name}\t${scoreText(evaluation, name)}`),
  );
  return lines.length > 0 ? lines.join("\n") : `step ${step}: not evaluated`;
}

export const percent = (share: number): string => (100 * share).toFixed(1);

const COLOURS: readonly ChartColour[] = ["cyan", "yellow", "magenta", "green", "blue", "red", "white"];
const MARKS = "●■▲◆▼○□";

/** Every pass@k of one benchmark over the steps, the first with its intervals, and the baseline's as a level line where there is one. */
export function scoreSeries(
  { rows, names }: ScoreTable,
  benchmark: string,
  baseline: ScoreRow | null,
): Series[] {
  const oldestFirst = rows.toReversed().filter(({ evaluations }) => evaluations.has(benchmark));
  const value = (row: ScoreRow, name: string) => row.evaluations.get(benchmark)?.scores[name];
  const series = names
    .filter((name) => /^pass@\d+$/.test(name))
    .flatMap((name, index) => {
      const points = oldestFirst.flatMap((row) => {
        const score = value(row, name);
        return score === undefined ? [] : [{ step: row.step, value: score }];
      });
      if (points.length === 0) return [];
      const intervals = oldestFirst.flatMap((row) => {
        const [low, high] = [value(row, `${name}/low`), value(row, `${name}/high`)];
        return low === undefined || high === undefined ? [] : [{ step: row.step, low, high }];
      });
      return [
        {
          title: name,
          colour: COLOURS[index % COLOURS.length] as ChartColour,
          mark: MARKS[index % MARKS.length] as string,
          points,
          // Bars of several scores at the same step would lie over each other.
          ...(index === 0 && intervals.length > 0 ? { intervals } : {}),
        },
      ];
    });
  const [first, last] = [oldestFirst[0], oldestFirst.at(-1)];
  const level = baseline && value(baseline, "pass@1");
  if (level === null || level === undefined || !first || !last || first === last) return series;
  const line = { title: `step ${baseline?.step}`, colour: "white" as const, mark: "┄" };
  return [...series, { ...line, points: [first, last].map(({ step }) => ({ step, value: level })) }];
}

/** The row that others are set beside where none was chosen: the first that has the benchmark. */
export function firstEvaluated({ rows }: ScoreTable, benchmark: string): ScoreRow | null {
  return rows.findLast(({ evaluations }) => evaluations.has(benchmark)) ?? null;
}
