/** Least size of a chart's axes and curves, in cells. */
const LEAST = { columns: 16, rows: 4 };

/** Why there is no room for curves in so many cells; null where there is. */
export function tooSmall(columns: number, rows: number): string | null {
  if (rows < LEAST.rows) return "too low to draw";
  return columns < LEAST.columns ? "too narrow to draw" : null;
}
