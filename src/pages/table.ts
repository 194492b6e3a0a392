import { html, type Markup } from "./markup.ts";

/** Characters up to which a cell stays on one line; a longer one has room to be read in. */
const SHORT = 44;

/** A table that scrolls on its own where it is too wide. The first cell of a row says what it is of. */
export function table(head: readonly string[] | null, rows: readonly (readonly string[])[]): Markup {
  return html`<div class="wide"><table>${
    head && html`<thead><tr>${head.map((cell) => html`<th>${cell}</th>`)}</tr></thead>`
  }<tbody>${rows.map(
    ([first = "", ...rest]) =>
      html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td class="${cell.length > SHORT ? "long" : "short"}">${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}
