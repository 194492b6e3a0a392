import { closeSync, openSync, writeSync } from "node:fs";
import { type Command, Option } from "commander";
import { RunError } from "../../errors/index.ts";
import { say } from "../terminal.ts";

/** As `TABLES` of the export; this module stays light. */
const TABLES = [
  "steps",
  "metrics",
  "tasks",
  "rollouts",
  "evaluations",
  "evaluation-samples",
  "events",
] as const;

interface ExportCommandOptions {
  table: (typeof TABLES)[number];
  format: "csv" | "jsonl";
  output?: string;
}

export function registerExport(program: Command): void {
  program
    .command("export")
    .description("write a table of a run as CSV or JSON lines")
    .argument("[run]", "name or directory; the one touched last when absent")
    .addOption(
      new Option("--table <name>", "steps has a row for each step, metrics one for each figure")
        .choices(TABLES)
        .default("steps"),
    )
    .addOption(new Option("--format <format>", "of the file").choices(["csv", "jsonl"]).default("csv"))
    .option("--output <file>", "where to; standard output when absent")
    .addHelpText(
      "after",
      `
Numbers are exact. In CSV an empty field is a null, and lists and maps are JSON. Columns are those of the run's
database, see docs/reference/run-database.md.

Examples:
  azr-tui export demo-1 > steps.csv
  azr-tui export demo-1 --table rollouts --format jsonl --output rollouts.jsonl`,
    )
    .action(exportCommand);
}

async function exportCommand(
  name: string | undefined,
  { output, ...what }: ExportCommandOptions,
): Promise<void> {
  const { findRun } = await import("../run-place.ts");
  const { RunDirectory } = await import("../../runs/run-directory.ts");
  const { exportText } = await import("../../tracking/export/export.ts");
  const run = RunDirectory.open(findRun(name));
  using database = run.openDatabase({ readonly: true });
  const text = exportText(database, what);
  if (output === undefined) return await toStandardOutput(text);
  toFile(text, output);
  say(`${output}: ${what.table} of ${run.name}`);
}

async function toStandardOutput(text: Iterable<string>): Promise<void> {
  for (const chunk of text) {
    // What a model wrote must not steer a terminal; a file or a pipe gets every character.
    const shown = process.stdout.isTTY ? chunk.replace(/(?!\n)\p{Cc}/gu, "·") : chunk;
    if (!process.stdout.write(shown)) {
      await new Promise<void>((resolve) => process.stdout.once("drain", () => resolve()));
    }
  }
}

function toFile(text: Iterable<string>, path: string): void {
  try {
    const file = openSync(path, "w");
    try {
      for (const chunk of text) writeSync(file, chunk);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof RunError) throw cause;
    throw new RunError(`${path} cannot be written: ${(cause as Error).message}`, {
      mend: "Check the path, its permissions and the free disk space.",
      cause,
    });
  }
}
