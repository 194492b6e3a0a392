import { markdownTable, markdownText } from "../../pages/markdown-table.ts";
import { moment, percent, shortNumber } from "../../pages/numbers.ts";
import { keyFigures, shownTrend, trends } from "./key-figures.ts";
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
    `# ${markdownText(run.status.name)}`,
    markdownTable(["", ""], keyFigures(run)),
    ...(moved.length > 0
      ? ["## How it moved", markdownTable(["figure", "first quarter of the steps", "last quarter"], moved)]
      : []),
    ...(scores.length > 0
      ? ["## Evaluations", markdownTable(["score", "step", "value (95% interval)", "at"], scores)]
      : []),
    "## Settings that are not the defaults",
    markdownTable(["key", "value"], changedSettings(run.config)),
    ...(run.changes.length > 0
      ? [
          "## Changed on the way",
          markdownTable(
            ["after step", "setting"],
            run.changes.map(({ step, message }) => [String(step ?? ""), message]),
          ),
        ]
      : []),
  ].join("\n\n");
}
