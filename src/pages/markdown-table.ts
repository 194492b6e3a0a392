import { visible } from "./markup.ts";

/** A table in Markdown whose cells are text, whatever is in them. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Text that stays text: what Markdown or HTML would read as more is escaped. */
export function markdownText(text: string): string {
  return visible(text)
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]<>|#&!]/g, "\\$&");
}
