import { afterAll, expect, test } from "bun:test";
import { App } from "../../src/tui/app.tsx";
import { clickOf, inputKeys, markReports } from "../../src/tui/mouse-report.ts";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { mount } from "./screen.tsx";
import { ScriptedSource } from "./scripted-source.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

test("reports of the mouse are keys: the wheel by lines, a press of the left button with its cell", () => {
  const chunks = ["j\x1b[<64;10;5Mk\x1b[<0;30", "0;2M\x1b[<0;300;2m", "\x1b[<2;10;5M", "\x1b[A"];
  const stream = { read: () => chunks.shift() ?? null };
  const end = markReports(stream);
  const read = () => String(stream.read());
  const keys = () => inputKeys(read(), (text) => [...text]);
  expect(keys()).toEqual(["j", "wheelup", "wheelup", "wheelup", "k"]);
  expect(keys().map(clickOf)).toEqual([{ column: 299, row: 1 }]);
  expect(keys()).toEqual([]);
  expect(read()).toBe("\x1b[A");
  end();
  expect(clickOf("j")).toBeNull();
});

test("a click selects a tab and a row, the wheel scrolls", async () => {
  using source = new ScriptedSource(recordRun(folder.path));
  using screen = mount(<App source={source} onDepart={() => undefined} />, 80, 24);
  const at = (column: number, row: number) => `\x1b[<0;${column + 1};${row + 1}M`;
  const tabs = (await screen.text()).split("\n")[1] ?? "";
  await screen.press(at(tabs.indexOf("Tasks"), 1));
  expect(await screen.text()).toContain("[2 Tasks]");
  await screen.press("\x1b[<65;5;5M");
  expect(await screen.text()).toMatch(/▸ +36 /);
  const rows = (await screen.text()).split("\n");
  await screen.press(
    at(
      10,
      rows.findIndex((line) => / 30 /.test(line.slice(0, 12))),
    ),
  );
  expect(await screen.text()).toMatch(/▸ +30 /);
});
