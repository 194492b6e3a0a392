import { metricNames, metricSeries } from "../../src/runs/queries/metrics.ts";
import { RunDirectory } from "../../src/runs/run-directory.ts";

/** Every figure of a run over its steps, by name. */
export type Curves = Record<string, [step: number, value: number][]>;

export function curves(run: string): Curves {
  using database = RunDirectory.open(run).openDatabase({ readonly: true });
  return Object.fromEntries(
    metricNames(database).map((name) => [
      name,
      metricSeries(database, name).flatMap(({ step, value }): [number, number][] =>
        value === null ? [] : [[step, value]],
      ),
    ]),
  );
}
