import { afterAll, expect, test } from "bun:test";
import { App } from "../../src/tui/app.tsx";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { mount } from "./screen.tsx";
import { ScriptedSource } from "./scripted-source.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

test("no screen draws in white or black, which a light or a dark background would hide", async () => {
  using source = new ScriptedSource(recordRun(folder.path, { evaluated: [4, 8] }));
  using screen = mount(<App source={source} onDepart={() => undefined} />, 140, 45);
  for (const key of ["1", "f", "\x1b", "2", "3", "4", "5", "6"]) await screen.press(key);
  const written = screen.written();
  // Charts are drawn in colours, and their axes in the terminal's own.
  expect(written).toContain("\x1b[36m");
  for (const hidden of ["\x1b[37m", "\x1b[97m", "\x1b[30m", "\x1b[2;37m"])
    expect(written).not.toContain(hidden);
});
