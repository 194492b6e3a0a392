import { useMemo } from "react";
import { metricNames, type RunDatabase } from "../../../runs/index.ts";
import { type ChartKind, chartsOf, seriesOf } from "../../charts/catalogue.ts";
import { History } from "../../charts/history.ts";
import type { Series } from "../../charts/line-chart.ts";
import { useQuery, useView } from "../../run-context.tsx";

/** The charts that the run has figures for. */
export function useCharts(): ChartKind[] {
  return useQuery((database) => chartsOf(metricNames(database), isEvaluated(database)), []);
}

/** The lines of a chart, or none without a chart. */
export function useSeries(kind: ChartKind | undefined): readonly Series[] {
  const revision = useView((view) => view.revision);
  return useQuery(
    (database) => {
      const source = { database, history: History.of(database), names: metricNames(database), revision };
      return kind ? seriesOf(kind, source) : [];
    },
    [kind?.id],
  );
}

/** First and last step that charts show: evaluations may come before the first step. */
export function useSteps(): readonly [first: number, last: number] {
  const step = useView(({ status }) => status.step);
  const first = useQuery(
    (database) =>
      database.get<{ first: number | null }>("SELECT min(step) AS first FROM evaluations")?.first ?? 1,
    [],
  );
  return useMemo(() => [Math.min(1, first), Math.max(1, step)], [first, step]);
}

const isEvaluated = (database: RunDatabase): boolean =>
  database.get("SELECT id FROM evaluations LIMIT 1") !== null;
