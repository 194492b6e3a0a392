import { useMemo } from "react";
import { type EvaluationRecord, evaluations, type RunDatabase } from "../../../runs/index.ts";
import type { ChartColour, Series } from "../../charts/line-chart.ts";
import { oneLine } from "../../printable.ts";
import { useQuery } from "../../run-context.tsx";
import { LineChart } from "../../widgets/line-chart.tsx";
import { Panel } from "../../widgets/panel.tsx";

const COLOURS: readonly ChartColour[] = ["cyan", "yellow", "magenta", "green", "blue", "red", "white"];
const MARKS = "●■▲◆▼○□";

/** Whether there is an evaluation to show. */
export const hasEvaluations = (database: RunDatabase): boolean =>
  database.get("SELECT id FROM evaluations LIMIT 1") !== null;

/** pass@1 of each benchmark at the steps that were evaluated; of several evaluations of a step the newest. */
export function Benchmarks({ width, height }: { width: number; height: number }) {
  const records = useQuery((database) => evaluations(database), []);
  const series = useMemo(() => passRates(records), [records]);
  return (
    <Panel title="pass@1" note="by step" width={width} height={height}>
      <LineChart series={series} width={width - 4} height={height - 2} empty="no pass@1 yet" />
    </Panel>
  );
}

export function passRates(newestFirst: readonly EvaluationRecord[]): Series[] {
  const benchmarks = [...new Set(newestFirst.map(({ benchmark }) => benchmark))].sort();
  return benchmarks.flatMap((benchmark, i) => {
    const bySteps = new Map<number, number>();
    for (const { scores, step, ...record } of newestFirst.toReversed()) {
      const value = scores["pass@1"];
      if (record.benchmark === benchmark && value !== undefined) bySteps.set(step, value);
    }
    const points = [...bySteps].map(([step, value]) => ({ step, value })).sort((a, b) => a.step - b.step);
    if (points.length === 0) return [];
    const [colour, mark] = [COLOURS[i % COLOURS.length], MARKS[i % MARKS.length]];
    return [{ title: oneLine(benchmark), colour: colour as ChartColour, mark: mark as string, points }];
  });
}
