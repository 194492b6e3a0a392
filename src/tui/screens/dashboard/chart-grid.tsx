import { Box, type DOMElement } from "ink";
import { memo, useRef } from "react";
import type { ChartKind } from "../../charts/catalogue.ts";
import { type ChartView, selectedChart } from "../../charts/chart-view.ts";
import { useClick } from "../../mouse.ts";
import { ChartPanel } from "./chart-panel.tsx";
import { useSeries } from "./use-charts.ts";

/** Least size of a chart where there are several rows of them, and least width in a single row. */
const LEAST = { rows: 10, columns: 38, columnsOfOne: 26 };

/** Columns and rows of charts that fit, no more than there are. */
export function gridOf(width: number, height: number, charts: number): { columns: number; rows: number } {
  const rows = Math.max(1, Math.floor(height / LEAST.rows));
  const least = rows > 1 ? LEAST.columns : LEAST.columnsOfOne;
  const columns = Math.max(1, Math.min(charts, Math.floor(width / least)));
  return { columns, rows: Math.max(1, Math.min(rows, Math.ceil(charts / columns))) };
}

/** Height under which a chart is nothing but its border. */
const LEAST_HEIGHT = 4;

/** The page of charts with the selected one on it, blank where there is no room for one; `onClick` is told the id of the one that was clicked on. */
export function ChartGrid(props: {
  kinds: readonly ChartKind[];
  view: ChartView;
  steps: readonly [first: number, last: number];
  width: number;
  height: number;
  onClick: (id: string) => void;
}) {
  const { kinds, view, steps, width, height, onClick } = props;
  const grid = gridOf(width, height, kinds.length);
  const perPage = grid.columns * grid.rows;
  const ids = kinds.map(({ id }) => id);
  const selected = Math.max(0, ids.indexOf(selectedChart(view, ids) ?? ""));
  const page = Math.floor(selected / perPage);
  const shown = kinds.slice(page * perPage, (page + 1) * perPage);
  const rows = Array.from({ length: grid.rows }, (_, row) =>
    shown.slice(row * grid.columns, (row + 1) * grid.columns),
  ).filter((row) => row.length > 0);
  const element = useRef<DOMElement>(null);
  useClick(element, (column, line) => {
    const row = rows[partAt(height, rows.length, line)] ?? [];
    const kind = row[partAt(width, row.length, column)];
    if (kind) onClick(kind.id);
  });
  return (
    <Box flexDirection="column" width={width} height={height} overflowY="hidden" ref={element}>
      {(height < LEAST_HEIGHT ? [] : rows).map((row, index) => (
        <Box key={row[0]?.id} height={part(height, rows.length, index)}>
          {row.map((kind, column) => (
            <Chart
              key={kind.id}
              kind={kind}
              view={view}
              steps={steps}
              {...(kind === kinds[selected] ? { place: `${selected + 1}/${kinds.length}` } : {})}
              width={part(width, row.length, column)}
              height={part(height, rows.length, index)}
            />
          ))}
        </Box>
      ))}
    </Box>
  );
}

/** Drawn anew only when its figures or the view have changed, not with every word of the engine. */
const Chart = memo((props: Omit<Parameters<typeof ChartPanel>[0], "series">) => (
  <ChartPanel {...props} series={useSeries(props.kind)} />
));

/** Part `index` of `whole` cut into `count` nearly equal ones, the larger first. */
const part = (whole: number, count: number, index: number): number =>
  Math.floor(whole / count) + (index < whole % count ? 1 : 0);

/** The part of `count` that a place is in. */
function partAt(whole: number, count: number, place: number): number {
  let end = 0;
  for (let index = 0; index < count; index++) {
    end += part(whole, count, index);
    if (place < end) return index;
  }
  return -1;
}
