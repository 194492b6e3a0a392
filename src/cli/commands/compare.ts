import type { Command } from "commander";
import { print, printJson } from "../terminal.ts";

interface CompareOptions {
  headless?: boolean;
  json?: boolean;
}

export function registerCompare(program: Command): void {
  program
    .command("compare")
    .description("two to four runs over each other: curves, final figures, settings that differ")
    .argument("<runs...>", "names or directories of the runs")
    .option("--headless", "print the tables instead of opening the screen")
    .option("--json", "the tables as JSON")
    .action(compare);
}

async function compare(names: string[], options: CompareOptions): Promise<void> {
  const { findRun } = await import("../run-place.ts");
  const { ComparedRuns } = await import("../../tui/compare/compared-runs.ts");
  const paths = names.map((name) => findRun(name));
  const { onScreen, openPlace } = await import("../watch-run.ts");
  if (onScreen(options)) {
    process.exitCode = await openPlace({ kind: "compare", runs: paths });
    return;
  }
  using compared = new ComparedRuns(paths);
  const { finalFigures, settingDifferences, settingWords } = await import("../../runs/comparison.ts");
  const { textTable } = await import("../text-table.ts");
  const { runs } = compared;
  const figures = finalFigures(runs.map(({ database }) => database));
  const settings = settingDifferences(runs.map((run) => run.settings));
  const titles = runs.map(({ name }) => name);
  if (options.json) return printJson({ runs: titles, figures, settings });
  const right = titles.map((_, index) => index + 1);
  print("Final figures, the mean of the last 10 steps or of as many as there are");
  const numbers = (values: (number | null)[]) =>
    values.map((value) => (value === null ? "-" : String(Number(value.toPrecision(4)))));
  print(
    textTable(
      ["figure", ...titles],
      figures.map(({ name, values }) => [name, ...numbers(values)]),
      { right },
    ),
  );
  print("");
  if (settings.length === 0) return print("Their settings are the same.");
  print("Settings that differ");
  const words = (value: unknown) => (value === undefined ? "-" : JSON.stringify(value));
  print(
    textTable(
      ["setting", ...titles],
      settings.map(({ path, history }) => [path, ...history.map((values) => settingWords(values, words))]),
    ),
  );
}
