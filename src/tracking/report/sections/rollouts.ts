import { html, type Markup } from "../../../pages/markup.ts";
import { shortNumber } from "../../../pages/numbers.ts";
import { plainText, pythonCode } from "../python-code.ts";
import type { SampleRollout } from "../sample-rollouts.ts";
import type { ReportedRuns } from "./reported-runs.ts";

/** Good and bad rollouts of each role and type. */
export function rollouts([run]: ReportedRuns): Markup | null {
  if (run.rollouts.length === 0) return null;
  return html`<section><h2>Rollouts</h2>
<p class="note">Of each role and type the best and the worst of the last steps by reward, the newest among equals.</p>
${run.rollouts.map(rolloutCard)}</section>`;
}

function rolloutCard(rollout: SampleRollout): Markup {
  const { role, type, good, step, id, verdict, detail, reward, components, answer, response } = rollout;
  const parts = Object.entries(components).map(([name, value]) => `${name} ${shortNumber(value)}`);
  const isProgram = answer !== null && /\bdef\s/.test(answer);
  return html`<article class="${good ? "good" : "bad"}"><h4>${role}, ${type} <small>#${id}, step ${step}</small></h4>
<p><span class="verdict">${verdict}</span> reward ${shortNumber(reward)}${parts.length > 0 && ` (${parts.join(", ")})`}, ${rollout.responseTokens} tokens${rollout.finish === "length" && ", cut at the limit"}${detail && html`<br><span class="note">${detail}</span>`}</p>
<details><summary>Prompt (${rollout.promptTokens} tokens)</summary>${plainText(rollout.prompt)}</details>
${plainText(response)}
${answer !== null && html`<details ${isProgram && "open"}><summary>Read from it</summary>${isProgram ? pythonCode(answer) : plainText(answer)}</details>`}</article>`;
}
