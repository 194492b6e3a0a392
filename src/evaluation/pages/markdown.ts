import { markdownTable, markdownText } from "../../pages/markdown-table.ts";
import type { EvaluationReport } from "../report.ts";
import { reportTables } from "./tables.ts";

/** A report for an issue or a wiki. Names and ids are text there, whatever they hold. */
export function resultMarkdown(report: EvaluationReport): string {
  const sections = reportTables(report).flatMap(({ title, note, head, rows }) => [
    `## ${title}`,
    ...(note === "" ? [] : [markdownText(note)]),
    markdownTable(head, rows),
  ]);
  const title = `# ${markdownText(report.benchmark)} of ${markdownText(report.model)}`;
  return `${[title, ...sections].join("\n\n")}\n`;
}
