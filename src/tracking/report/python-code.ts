import python from "@speed-highlight/core/languages/py.js";
import { tokenizeWith } from "@speed-highlight/core/tokenize";
import { html, type Markup } from "../../pages/markup.ts";

/** Characters of a text that are shown. */
const SHOWN = 6000;

/** Python source in colours. */
export function pythonCode(source: string): Markup {
  const { shown, more } = cut(source);
  return html`<pre class="code">${pieces(shown)}${more}</pre>`;
}

/** A text as it is, the code between its ``` fences in colours. */
export function plainText(text: string): Markup {
  const { shown, more } = cut(text);
  const parts = shown.split(FENCED).map((part, i) => (i % 2 === 1 ? pieces(part) : part));
  return html`<pre>${parts}${more}</pre>`;
}

/** Splits into text and, at odd places, code with its fences. */
const FENCED = /(```(?:python|py)?\n[\s\S]*?(?:```|$))/;

function pieces(source: string): Markup[] {
  const tokens: Markup[] = [];
  tokenizeWith(source, python, (text, kind) => {
    // The kind is one of the library's own words.
    tokens.push(kind ? html`<span class="t-${kind}">${text}</span>` : html`${text}`);
  });
  return tokens;
}

function cut(text: string): { shown: string; more: Markup | null } {
  if (text.length <= SHOWN) return { shown: text, more: null };
  const rest = (text.length - SHOWN).toLocaleString("en");
  return { shown: text.slice(0, SHOWN), more: html`<span class="more"> … ${rest} more characters</span>` };
}
