import { html, type Markup } from "../../../pages/markup.ts";
import { table } from "../../../pages/table.ts";
import { changedSettings, settingsText } from "../settings.ts";
import type { ReportedRuns } from "./reported-runs.ts";

/** What differs from the defaults, what was changed on the way, and all settings folded. */
export function settings(runs: ReportedRuns): Markup {
  return html`<section><h2>Configuration</h2>${runs.map((run) => {
    const changed = changedSettings(run.config);
    return html`${runs.length > 1 && html`<h3>${run.status.name}</h3>`}${
      changed.length > 0
        ? table(["not the default", "value"], changed)
        : html`<p>All settings are the defaults.</p>`
    }${
      run.changes.length > 0 &&
      html`<p>Changed on the way; what is above is what came of it.</p>${table(
        ["after step", "setting"],
        run.changes.map(({ step, message }) => [String(step ?? ""), message]),
      )}`
    }<details><summary>All settings</summary><pre>${settingsText(run.config)}</pre></details>`;
  })}</section>`;
}
