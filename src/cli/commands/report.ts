import { writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { RunError } from "../../errors/index.ts";
import { print, say } from "../terminal.ts";

interface ReportOptions {
  output?: string;
  format: "html" | "markdown";
  compare?: string[];
}

export function registerReport(program: Command): void {
  program
    .command("report")
    .description("write a report of a run: curves, scores, tasks, rollouts, settings in one HTML file")
    .argument("[run]", "name or directory; the one touched last when absent")
    .option("--output <file>", "where to; - is standard output (default: report-<run>.html)")
    .option("--compare <runs...>", "draw these runs beside it")
    .addOption(
      new Option("--format <format>", "markdown is a short summary")
        .choices(["html", "markdown"])
        .default("html"),
    )
    .addHelpText(
      "after",
      `
The file holds everything it shows: it needs no network and runs no script. A run at work is shown as it stands.

Examples:
  azr-tui report demo-1
  azr-tui report demo-1 --compare demo-2 demo-3 --output runs.html
  azr-tui report demo-1 --format markdown --output -`,
    )
    .action(reportCommand);
}

async function reportCommand(name: string | undefined, options: ReportOptions): Promise<void> {
  const { findRun } = await import("../run-place.ts");
  const { RunDirectory } = await import("../../runs/run-directory.ts");
  const { report } = await import("../../tracking/report/report.ts");
  const run = RunDirectory.open(findRun(name));
  const compared = (options.compare ?? []).map((other) => RunDirectory.open(findRun(other)));
  const text = report(run, compared, options.format);
  const path = options.output ?? `report-${run.name}.${options.format === "html" ? "html" : "md"}`;
  if (path === "-") return print(text.trimEnd());
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new RunError(`${path} cannot be written: ${(cause as Error).message}`, {
      mend: "Name another file with --output.",
      cause,
    });
  }
  say(`${path}: ${Math.ceil(text.length / 1024).toLocaleString("en")} KiB`);
}
