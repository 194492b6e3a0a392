import { html, type Markup } from "../../../pages/markup.ts";
import { percent, shortNumber } from "../../../pages/numbers.ts";
import { table } from "../../../pages/table.ts";
import { pythonCode } from "../python-code.ts";
import type { SampleTask } from "../sample-tasks.ts";
import type { ReportedRuns } from "./reported-runs.ts";

/** What the buffers hold, how the tasks are solved, and some of them with where they come from. */
export function tasks([run]: ReportedRuns): Markup | null {
  if (run.taskCounts.length === 0) return null;
  const counts = run.taskCounts.map(({ type, origin, kept, evicted }) => [
    type,
    origin,
    kept.toLocaleString("en"),
    evicted.toLocaleString("en"),
  ]);
  const shown = new Set(run.tasks.map(({ id }) => id));
  return html`<section><h2>Tasks</h2>
${table(["type", "origin", "in the buffer", "given up or not taken"], counts)}
${solveRates(run.solveRates)}
${run.tasks.length > 0 && html`<h3>Some of them</h3>${run.tasks.map((task) => taskCard(task, shown))}`}</section>`;
}

function solveRates(counts: readonly number[]): Markup | null {
  const most = Math.max(...counts);
  if (most === 0) return null;
  const bars = counts.map((count, i) => {
    const range = `${10 * i} to ${10 * i + 10}%`;
    return html`<li><span style="height:${Math.round((100 * count) / most)}%" title="${range}: ${count}"></span><b>${count}</b><i>${10 * i}</i></li>`;
  });
  return html`<figure class="chart narrow"><figcaption>Tasks by their last solve rate, percent</figcaption><ol class="bars">${bars}</ol></figure>`;
}

function taskCard(task: SampleTask, shown: ReadonlySet<number>): Markup {
  const link = (id: number) =>
    id !== task.id && shown.has(id) ? html`<a href="#task-${id}">#${id}</a>` : html`#${id}`;
  const path = task.lineage.map((id, i) => html`${i > 0 && " → "}${link(id)}`);
  const pairs = task.inputs.map(
    (input, i) => html`<tr><td><code>${input}</code></td><td><code>${task.outputs[i] ?? ""}</code></td></tr>`,
  );
  const rate = task.solveRate === null ? "not solved yet" : `solve rate ${percent(task.solveRate)}`;
  const learnability = task.learnability === null ? "" : `, learnability ${shortNumber(task.learnability)}`;
  return html`<article id="task-${task.id}"><h4>${task.type} task #${task.id} <small>${task.why}</small></h4>
<p class="note">Step ${task.step}, ${rate}${learnability}, drawn ${task.timesDrawn} times, reference of ${task.children} tasks. Lineage: ${task.older && "… → "}${path}${
    task.parents.length > 1 &&
    html`; references ${task.parents.map((id, i) => html`${i > 0 && ", "}${link(id)}`)}`
  }.</p>
${pythonCode(task.program)}
<div class="wide"><table><thead><tr><th>input</th><th>output</th></tr></thead><tbody>${pairs}</tbody></table></div>
${task.message && html`<p>Message: <q>${task.message}</q></p>`}</article>`;
}
