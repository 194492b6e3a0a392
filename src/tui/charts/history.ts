import type { EvaluationRecord, RunDatabase } from "../../runs/index.ts";
import { evaluations, metricPoints } from "../../runs/index.ts";
import type { Point } from "./smoothing.ts";

/**
 * The figures of a run over its steps, read as they are asked for and then only what is new: a series of 10,000
 * steps costs a row a step. A run that was taken back to an earlier step is read anew.
 */
export class History {
  private readonly series = new Map<string, Point[]>();
  /** The newest step that was looked at, with the time that it was finished: another time, another run of steps. */
  private seen: { step: number; finishedAt: number } | null = null;
  private revision = -1;
  private read = new Map<string, number>();

  private constructor(private readonly database: RunDatabase) {}

  /** The one history of a database, which its charts share. */
  static of(database: RunDatabase): History {
    let history = HISTORIES.get(database);
    if (!history) {
      history = new History(database);
      HISTORIES.set(database, history);
    }
    return history;
  }

  /** Points of a figure, ascending. The array is a new one when, and only when, `revision` brought points. */
  points(name: string, revision: number): readonly Point[] {
    this.enter(revision);
    const known = this.series.get(name);
    if (known && this.read.get(name) === revision) return known;
    this.read.set(name, revision);
    // The newest one again: a figure of it may have come since, or have changed.
    const from = known?.at(-1)?.step ?? -1;
    const fresh = metricPoints(this.database, name, from);
    const last = known?.at(-1);
    if (known && fresh.length === (last ? 1 : 0) && fresh[0]?.value === last?.value) return known;
    const points = known ? [...known.slice(0, -1), ...fresh] : fresh;
    this.series.set(name, points);
    return points;
  }

  /** Forgets everything when the newest step that was seen is not there any more. */
  private enter(revision: number): void {
    if (revision === this.revision) return;
    this.revision = revision;
    const { seen } = this;
    const still = seen && this.stepAt(`WHERE step = ${seen.step}`);
    if (seen && still?.finishedAt !== seen.finishedAt) {
      this.series.clear();
      this.read = new Map();
    }
    this.seen = this.stepAt("ORDER BY step DESC LIMIT 1");
  }

  private stepAt(where: string): { step: number; finishedAt: number } | null {
    return this.database.get(`SELECT step, finished_at AS finishedAt FROM steps ${where}`);
  }
}

const HISTORIES = new WeakMap<RunDatabase, History>();

/** Scores of each benchmark by step, ascending; of several evaluations of a step the newest. */
export function scoreSeries(database: RunDatabase): { benchmark: string; score: string; points: Point[] }[] {
  const lines = new Map<string, { benchmark: string; score: string; bySteps: Map<number, number> }>();
  for (const record of evaluations(database).toReversed()) {
    for (const [score, value] of passRates(record)) {
      const key = JSON.stringify([record.benchmark, score]);
      const line = lines.get(key) ?? { benchmark: record.benchmark, score, bySteps: new Map() };
      lines.set(key, line);
      line.bySteps.set(record.step, value);
    }
  }
  return [...lines.values()].map(({ bySteps, ...line }) => ({
    ...line,
    points: [...bySteps].map(([step, value]) => ({ step, value })).sort((a, b) => a.step - b.step),
  }));
}

/** The shares among an evaluation's scores: `pass@1`, `pass@8`, an accuracy. */
const passRates = ({ scores }: EvaluationRecord) =>
  Object.entries(scores).filter(([name]) => /^(pass@\d+|accuracy)$/.test(name));
