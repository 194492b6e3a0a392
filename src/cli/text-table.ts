import Table from "cli-table3";

/** Columns of text, two spaces apart, with a head; cells longer than `widest` are wrapped. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { widest = 72, right = [] }: { widest?: number; right?: readonly number[] } = {},
): string {
  const longest = head.map((_, i) => Math.max(...[head, ...rows].map((row) => (row[i] ?? "").length)));
  const table = new Table({
    head: head.every((cell) => cell === "") ? [] : [...head],
    colAligns: head.map((_, i) => (right.includes(i) ? "right" : "left")),
    colWidths: longest.map((length) => (length > widest ? widest : null)),
    wordWrap: true,
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
    chars: PLAIN,
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => `  ${line}`.trimEnd())
    .join("\n");
}

/** cli-table3's borders, all of them empty. */
const PLAIN = Object.fromEntries(
  [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
    ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"],
  ].map((name) => [name, ""]),
);
