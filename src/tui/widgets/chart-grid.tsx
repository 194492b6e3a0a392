import { Box } from "ink";
import type { ReactNode } from "react";

/** Least size of a chart where there are several rows of them, and least width in a single row. */
const LEAST = { rows: 10, columns: 38, columnsOfOne: 26 };

/** Columns and rows of charts that fit, no more than there are. */
export function gridOf(
  width: number,
  height: number,
  charts: number,
  columnsOfOne: number = LEAST.columnsOfOne,
): { columns: number; rows: number } {
  const rows = Math.max(1, Math.floor(height / LEAST.rows));
  const least = rows > 1 ? LEAST.columns : columnsOfOne;
  const columns = Math.max(1, Math.min(charts, Math.floor(width / least)));
  return { columns, rows: Math.max(1, Math.min(rows, Math.ceil(charts / columns))) };
}

/** Height under which a chart is nothing but its border. */
const LEAST_HEIGHT = 4;

/** Where one chart of a grid is drawn. */
export interface GridPlace {
  width: number;
  height: number;
  /** `3/21` of the selected one; absent of the others. */
  place?: string;
}

/** The page of charts with the selected one on it, blank where there is no room for one. */
export function ChartGrid(props: {
  ids: readonly string[];
  selected: string | null;
  width: number;
  height: number;
  /** Least width of a chart in a single row of them; so that their short titles are told apart when absent. */
  columnsOfOne?: number;
  chart: (id: string, place: GridPlace) => ReactNode;
}) {
  const { ids, width, height, columnsOfOne, chart } = props;
  const grid = gridOf(width, height, ids.length, columnsOfOne);
  const perPage = grid.columns * grid.rows;
  const selected = Math.max(0, ids.indexOf(props.selected ?? ""));
  const page = Math.floor(selected / perPage);
  const shown = ids.slice(page * perPage, (page + 1) * perPage);
  const rows = Array.from({ length: grid.rows }, (_, row) =>
    shown.slice(row * grid.columns, (row + 1) * grid.columns),
  ).filter((row) => row.length > 0);
  return (
    <Box flexDirection="column" width={width} height={height} overflowY="hidden">
      {(height < LEAST_HEIGHT ? [] : rows).map((row, index) => (
        <Box key={row[0]} height={part(height, rows.length, index)}>
          {row.map((id, column) =>
            chart(id, {
              ...(id === ids[selected] ? { place: `${selected + 1}/${ids.length}` } : {}),
              width: part(width, row.length, column),
              height: part(height, rows.length, index),
            }),
          )}
        </Box>
      ))}
    </Box>
  );
}

/** Part `index` of `whole` cut into `count` nearly equal ones, the larger first. */
const part = (whole: number, count: number, index: number): number =>
  Math.floor(whole / count) + (index < whole % count ? 1 : 0);
