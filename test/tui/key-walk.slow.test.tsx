import { afterAll, expect, test } from "bun:test";
import { App, type Departure } from "../../src/tui/app.tsx";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { ALL_KEYS, sent } from "./any-keys.ts";
import { mount } from "./screen.tsx";
import { LIVE_TEXT, liveSnapshot, ScriptedSource } from "./scripted-source.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** Keys that may end the program, and what they would be asked first. */
const LEAVING = new Set(["q", "ctrl+c"]);

for (const screenKey of ["1", "2", "3", "4", "5", "6"]) {
  test(`every key of the table on screen ${screenKey}: none breaks it, and it can be left`, async () => {
    using source = new ScriptedSource(recordRun(`${folder.path}/${screenKey}`, { evaluated: [4] }));
    const departures: Departure[] = [];
    using screen = mount(<App source={source} onDepart={(how) => departures.push(how)} />, 100, 30);
    source.show({ state: "running", snapshot: liveSnapshot(), live: LIVE_TEXT });
    await screen.press(screenKey);
    for (const key of ALL_KEYS) {
      if (LEAVING.has(key)) continue;
      // A question answered with yes would leave: each key meets the screen, not what the one before opened.
      await screen.press(sent(key), "\x1b");
    }
    await screen.press("\x1b\x1b");
    expect(await screen.text()).not.toMatch(/fault of azr-tui/);
    expect(departures).toEqual([]);
    await screen.press("\x1b", "\x03", "\x03");
    await screen.ended;
    expect(departures).toEqual(["detached"]);
  });
}
