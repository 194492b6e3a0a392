import { html, Markup } from "./markup.ts";
import { STYLE } from "./style.ts";

/**
 * A page in one file: no script, and by its policy nothing is loaded from anywhere, whatever got into it.
 */
export function page(title: string, note: string, sections: readonly Markup[]): string {
  return html`${new Markup("<!doctype html>")}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header><h1>${title}</h1><p class="note">${note}</p></header>
<main>
${sections}
</main>
</body>
</html>
`.text;
}
