import { expect, test } from "bun:test";
import { Terminal } from "@xterm/headless";
import { frameToSvg } from "../../tools/frame-svg.ts";

test("a frame is drawn cell by cell: text at its column, colours, inverse, and nothing that is markup", async () => {
  const terminal = new Terminal({ cols: 20, rows: 2, allowProposedApi: true });
  await new Promise<void>((resolve) =>
    terminal.write("ab \x1b[31m<&>\x1b[0m \x1b[7mon\x1b[0m 日本", resolve),
  );
  const svg = frameToSvg(terminal);
  expect(svg).toContain('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 192 60"');
  expect(svg).toContain('fill="#e06c75">&lt;&amp;&gt;</text>');
  // The seventh column, as wide as two cells.
  expect(svg).toContain('<rect x="70.8" y="12" width="16.8" height="18" fill="#d7dae0"/>');
  expect(svg).toContain(">日</text>");
  expect(svg).toContain('width="100%"');
});
