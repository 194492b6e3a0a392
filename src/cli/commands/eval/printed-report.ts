import type { EvaluationReport } from "../../../evaluation/report.ts";
import { print, style } from "../../terminal.ts";

/** The report's tables on standard output, a line about the whole before them. */
export async function printReport(report: EvaluationReport): Promise<void> {
  const { reportTables } = await import("../../../evaluation/pages/tables.ts");
  const { textTable } = await import("../../text-table.ts");
  const { benchmark, model, passed, samples, problems } = report;
  print(`${benchmark} of ${model}: ${passed} of ${samples} samples passed (${problems} problems)`);
  for (const { title, note, head, rows } of reportTables(report)) {
    print("");
    print(style.bold(title));
    if (note !== "") print(`  ${note}`);
    print(textTable(head, rows));
  }
}
