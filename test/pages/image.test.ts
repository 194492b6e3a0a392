import { expect, test } from "bun:test";
import { image } from "../../src/pages/image.ts";
import { lineChart } from "../../src/pages/line-chart.ts";
import { html } from "../../src/pages/markup.ts";

test("charts as one image: well-formed XML with the page's style, its text escaped", () => {
  const points = [1, 2, 3].map((step) => ({ step, value: step / 4 }));
  const chart = lineChart({ title: "a < b", unit: "share", series: [{ label: "one & two", points }] });
  const text = image("<script>", [html`<div class="grid">${chart}</div>`], { width: 500, height: 400 });
  // Each element that does not close itself has its end, in order: HTML would forgive what XML does not.
  const open: string[] = [];
  for (const [, end, name = "", alone] of text.matchAll(/<(\/?)([A-Za-z0-9]+)[^>]*?(\/?)>/g)) {
    if (end) expect(open.pop()).toBe(name);
    else if (!alone) open.push(name);
  }
  expect(open).toEqual([]);
  expect(text).toStartWith('<svg xmlns="http://www.w3.org/2000/svg" width="500" height="400"');
  expect(text).toContain("<h1>&lt;script&gt;</h1>");
  expect(text).toContain(".image { padding");
  expect(text).not.toMatch(/^body /m);
  expect(text).toContain("one &amp; two <b>75%</b>");
});
