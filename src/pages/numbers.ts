/** Three significant digits; thousands are grouped, very small and large numbers in powers of ten. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return "none";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e9)) return value.toExponential(1);
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** `2 h 05 min`, `3 min 20 s`, `12.3 s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${shortNumber(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** `2026-11-21 11:05 UTC` of milliseconds since the epoch. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
