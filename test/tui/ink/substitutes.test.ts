import { expect, test } from "bun:test";
import { dirname, join } from "node:path";
import Output from "../../../src/tui/ink/output.ts";
import truncate from "../../../src/tui/ink/truncate.ts";

const ink = dirname(Bun.resolveSync("ink", import.meta.dir));

test("Ink, and the tests here, draw with the modules that take the place of others", async () => {
  expect((await import(join(ink, "output.js"))).default).toBe(Output);
  expect(Object.keys(await import("es-toolkit/compat"))).toEqual(["throttle"]);
  expect((await import("cli-truncate")).default).toBe(truncate);
  const { default: widestLine } = await import("widest-line");
  expect(widestLine("a\n\x1b[31m界面\x1b[39m\nabc")).toBe(4);
});

test("the modules that are replaced are those that Ink of this version imports", async () => {
  const own = async (file: string) => await Bun.file(join(ink, file)).text();
  expect(await own("ink.js")).toContain("import { throttle } from 'es-toolkit/compat';");
  expect(await own("renderer.js")).toContain("import Output from './output.js';");
  expect(await own("wrap-text.js")).toContain("cliTruncate(line, maxWidth, { position })");
  expect(await own("render-node-to-output.js")).toContain("import widestLine from 'widest-line';");
});
