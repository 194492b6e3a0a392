import { useMemo } from "react";
import { type Role, TASK_TYPES } from "../../../interfaces/role.ts";
import { metricSeries } from "../../../runs/index.ts";
import type { Series } from "../../charts/line-chart.ts";
import { useQuery } from "../../run-context.tsx";
import { TYPE_COLOURS, TYPE_LABELS, TYPE_MARKS } from "../../theme.ts";
import { LineChart } from "../../widgets/line-chart.tsx";
import { Panel } from "../../widgets/panel.tsx";

/** One figure of one role over the steps, a line for each task type. */
export function Curve(props: {
  title: string;
  role: Role;
  figure: string;
  range?: readonly [low: number, high: number];
  width: number;
  height: number;
}) {
  const { title, role, figure, range, width, height } = props;
  const points = useQuery(
    (database) => TASK_TYPES.map((type) => metricSeries(database, `${role}/${type}/${figure}`)),
    [role, figure],
  );
  const series = useMemo<Series[]>(
    () =>
      TASK_TYPES.flatMap((type, index) => {
        const own = points[index] ?? [];
        if (own.length === 0) return [];
        return [
          { title: TYPE_LABELS[type], colour: TYPE_COLOURS[type], mark: TYPE_MARKS[type], points: own },
        ];
      }),
    [points],
  );
  return (
    <Panel title={title} note="by step" width={width} height={height}>
      <LineChart
        series={series}
        {...(range ? { range } : {})}
        width={width - 4}
        height={height - 2}
        empty="no figures yet"
      />
    </Panel>
  );
}
