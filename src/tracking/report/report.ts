import { moment } from "../../pages/numbers.ts";
import { page } from "../../pages/page.ts";
import type { RunDirectory } from "../../runs/run-directory.ts";
import { markdownReport } from "./markdown.ts";
import { readRun } from "./run-data.ts";
import { SECTIONS } from "./sections/index.ts";

export type ReportFormat = "html" | "markdown";

/** A report of a run in any state, beside others where they are given, as the text of one file. */
export function report(run: RunDirectory, compared: readonly RunDirectory[], format: ReportFormat): string {
  const first = readRun(run);
  const others = compared.map(readRun);
  if (format === "markdown") return markdownReport([first, ...others]);
  const names = [first, ...others].map(({ status }) => status.name);
  const beside = others.length > 0 ? " Tasks, rollouts and safety flags are those of the first." : "";
  const note = `Written by azr-tui on ${moment(Date.now())}.${beside}`;
  const sections = SECTIONS.flatMap((section) => section([first, ...others]) ?? []);
  return page(names.join(", "), note, sections);
}
