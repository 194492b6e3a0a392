const BLOCKS = "▁▂▃▄▅▆▇█";

/**
 * A curve in one row of `width` characters: the mean of each part of it as a block between its least and its greatest.
 * What is no number is a blank.
 */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const means = parts(values, width).map(mean);
  const finite = means.filter((value) => value !== null);
  if (finite.length === 0) return " ".repeat(width);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const block = (value: number | null) => {
    if (value === null) return " ";
    // A curve that does not move runs along the middle.
    const share = high > low ? (value - low) / (high - low) : 0.5;
    return BLOCKS[Math.min(BLOCKS.length - 1, Math.floor(share * BLOCKS.length))];
  };
  return means.map(block).join("").padEnd(width);
}

/** The values in at most `count` runs of nearly equal length. */
function parts<T>(values: readonly T[], count: number): T[][] {
  const number = Math.min(count, values.length);
  return Array.from({ length: number }, (_, i) =>
    values.slice(Math.floor((i * values.length) / number), Math.floor(((i + 1) * values.length) / number)),
  );
}

function mean(values: readonly (number | null)[]): number | null {
  const finite = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  return finite.length === 0 ? null : finite.reduce((sum, value) => sum + value, 0) / finite.length;
}
