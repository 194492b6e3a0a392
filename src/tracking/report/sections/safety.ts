import { html, type Markup } from "../../../pages/markup.ts";
import { shortNumber } from "../../../pages/numbers.ts";
import { table } from "../../../pages/table.ts";
import type { ReportedRuns } from "./reported-runs.ts";

/** What was flagged over the run, and how often each verdict was given. */
export function safety([run]: ReportedRuns): Markup | null {
  if (run.verdicts.length === 0) return null;
  const flags = [...run.figures].flatMap(([name, series]) => {
    if (!name.startsWith("flags/")) return [];
    const total = series.reduce((sum, { value }) => sum + (value ?? 0), 0);
    return total === 0 ? [] : [[name.slice("flags/".length), shortNumber(total)]];
  });
  const verdicts = run.verdicts.map(({ role, type, verdict, count }) => [
    role,
    type,
    verdict,
    count.toLocaleString("en"),
  ]);
  return html`<section><h2>Safety flags and verdicts</h2>
${flags.length > 0 ? html`<p>Flags are hints for a reader, not verdicts.</p>${table(["flag", "over the run"], flags)}` : html`<p>Nothing was flagged.</p>`}
<details><summary>Every verdict by role and type</summary>${table(["role", "type", "verdict", "rollouts"], verdicts)}</details></section>`;
}
