import { keyFigures, shownTrend, trends } from "./key-figures.ts";
import { visible } from "./markup.ts";
import { moment, percent, shortNumber } from "./numbers.ts";
import type { RunData } from "./run-data.ts";
import { scoresOf } from "./scores.ts";
import { changedSettings } from "./settings.ts";

/** A short summary of runs, for an issue or a wiki: where they stand, how curves moved, scores, settings. */
export function markdownReport(runs: readonly RunData[]): string {
  return `${runs.map(runSummary).join("\n\n")}\n`;
}

function runSummary(run: RunData): string {
  const moved = trends(run).map(({ name, first, last, share }) => [
    name,
    shownTrend(first, share),
    shownTrend(last, share),
  ]);
  const scores = run.evaluations.flatMap((evaluation) =>
    scoresOf(evaluation).map(({ name, value, low, high }) => [
      `${evaluation.benchmark} ${name}`,
      String(evaluation.step),
      low === undefined || high === undefined
        ? shortNumber(value)
        : `${percent(value)} (${percent(low)} to ${percent(high)})`,
      moment(evaluation.finishedAt),
    ]),
  );
  return [
    `# ${cell(run.status.name)}`,
    table(["", ""], keyFigures(run)),
    ...(moved.length > 0
      ? ["## How it moved", table(["figure", "first quarter of the steps", "last quarter"], moved)]
      : []),
    ...(scores.length > 0
      ? ["## Evaluations", table(["score", "step", "value (95% interval)", "at"], scores)]
      : []),
    "## Settings that are not the defaults",
    table(["key", "value"], changedSettings(run.config)),
  ].join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Text that stays text: what Markdown or HTML would read as more is escaped. */
function cell(text: string): string {
  return visible(text)
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]<>|#&!]/g, "\\$&");
}
