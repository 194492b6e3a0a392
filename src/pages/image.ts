import { html, Markup } from "./markup.ts";
import { STYLE } from "./style.ts";

/** In HTML the name says what is SVG; in an image, which is XML, each has to name its namespace. */
const SVG = "http://www.w3.org/2000/svg";

/** A page's sections as one SVG image, which other pages and Markdown can show: of fixed size, pixels. */
export function image(
  title: string,
  sections: readonly Markup[],
  size: { width: number; height: number },
): string {
  const { width, height } = size;
  // `body` of the style is the image's outermost element.
  const style = STYLE.replace(
    /^body \{[^}]*\}/m,
    ".image { padding: .5rem 1rem; height: 100%; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }",
  );
  return html`<svg xmlns="${SVG}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
<foreignObject width="${width}" height="${height}"><div xmlns="http://www.w3.org/1999/xhtml" class="image">
<style>${new Markup(style)}</style>
<h1>${title}</h1>
${sections.map(({ text }) => new Markup(text.replaceAll("<svg ", `<svg xmlns="${SVG}" `)))}
</div></foreignObject>
</svg>
`.text;
}
