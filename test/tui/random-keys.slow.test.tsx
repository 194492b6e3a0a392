import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { stream } from "../../src/random/stream.ts";
import { RunDirectory } from "../../src/runs/index.ts";
import { App, type Departure } from "../../src/tui/app.tsx";
import { openPlace } from "../../src/tui/root.tsx";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { ALL_KEYS, sent } from "./any-keys.ts";
import { mount } from "./screen.tsx";
import { mountPlaces, ScriptedServices } from "./scripted-services.tsx";
import { LIVE_TEXT, liveSnapshot, ScriptedSource } from "./scripted-source.ts";

setDefaultTimeout(1_200_000);

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const PRESSES = 10_000;
const SIZES = [
  [60, 20],
  [80, 24],
  [140, 45],
] as const;

test(`${PRESSES} keys at random, clicks and resizing among them: nothing breaks, and every screen is still there`, async () => {
  const draws = stream(1, "random keys");
  using source = new ScriptedSource(recordRun(folder.path, { evaluated: [4, 8] }));
  const departures: Departure[] = [];
  let screen = mount(<App source={source} onDepart={(how) => departures.push(how)} />, 80, 24);
  source.show({ state: "running", snapshot: liveSnapshot(), live: LIVE_TEXT });
  const trail: string[] = [];
  try {
    for (let count = 0; count < PRESSES; ) {
      // Several at once, as they come from a fast hand.
      const burst = Array.from({ length: draws.integer(1, 12) }, () =>
        draws.uniform() < 0.05
          ? `\x1b[<0;${draws.integer(1, 140)};${draws.integer(1, 45)}M`
          : sent(draws.pick(ALL_KEYS)),
      );
      trail.push(JSON.stringify(burst.join("")));
      await screen.press(burst.join(""));
      count += burst.length;
      const [columns, rows] = draws.pick(SIZES);
      if (draws.uniform() < 0.01) await screen.resize(columns, rows);
      if (draws.uniform() < 0.02) source.show({ revision: source.getView().revision + 1, notice: null });
      const text = await screen.text();
      expect(text).not.toMatch(/fault of azr-tui/);
      if (departures.length > 0) {
        // Left, as keys may: it is opened anew.
        departures.length = 0;
        screen[Symbol.dispose]();
        screen = mount(<App source={source} onDepart={(how) => departures.push(how)} />, 80, 24);
      }
    }
    await screen.press("\x1b", "\x1b", "\x1b", "\x1b");
    await screen.resize(100, 30);
    for (const key of ["1", "2", "3", "4"]) {
      await screen.press("\x1b", "\x1b", key);
      expect((await screen.text()).split("\n")[1]).toContain(`[${key} `);
    }
  } catch (error) {
    throw new Error(`after ${trail.slice(-20).join(" ")}`, { cause: error });
  } finally {
    screen[Symbol.dispose]();
  }
});

test(`${PRESSES} keys at random from home on, through forms, questions and runs: nothing breaks, and there is a way out`, async () => {
  const draws = stream(2, "random keys");
  const runs = `${folder.path}/runs`;
  // An editor that changes nothing.
  Object.assign(process.env, { VISUAL: "true", EDITOR: "true" });
  const services = new ScriptedServices(runs);
  services.prepare = async ({ path, config, resume }) => {
    if (!existsSync(path)) RunDirectory.create(path, config);
    return { resume };
  };
  const openHome = () => {
    for (const name of ["one", "two"]) {
      if (existsSync(`${runs}/${name}`)) continue;
      // One may have been deleted. Without a checkpoint no evaluation is started.
      using database = recordRun(runs, {
        name,
        steps: 4,
        evaluated: [2, 4],
        state: "stopped",
      }).openDatabase();
      database.run("DELETE FROM checkpoints");
    }
    const compared = ["one", "two"].map((name) => `${runs}/${name}`);
    const place = draws.pick([
      { kind: "home" },
      { kind: "home" },
      { kind: "compare", runs: compared },
    ] as const);
    return mountPlaces(services, place, 80, 24, ({ runDirectory }) =>
      openPlace({ kind: "run", runDirectory }, services),
    );
  };
  let stage = await openHome();
  const trail: string[] = [];
  const seen = new Set<string>();
  try {
    for (let count = 0; count < PRESSES; ) {
      const burst = Array.from({ length: draws.integer(1, 8) }, () => sent(draws.pick(ALL_KEYS)));
      trail.push(JSON.stringify(burst.join("")));
      await stage.screen.press(burst.join(""));
      count += burst.length;
      const [columns, rows] = draws.pick(SIZES);
      if (draws.uniform() < 0.01) await stage.screen.resize(columns, rows);
      expect(await stage.screen.text()).not.toMatch(/fault of azr-tui/);
      seen.add(stage.places.getTop().place.kind);
      if (stage.exits.length === 0) continue;
      expect(stage.exits.map(({ failure }) => failure)).toEqual([null]);
      stage[Symbol.dispose]();
      stage = await openHome();
    }
    for (let tries = 0; stage.exits.length === 0 && tries < 8; tries++)
      await stage.screen.press("\x1b", "\x03", "\x03");
    if (stage.exits.length !== 1) throw new Error(`no way out of:\n${await stage.screen.text()}`);
    expect([...seen].sort()).toEqual(["compare", "form", "home", "run"]);
  } catch (error) {
    throw new Error(`after ${trail.slice(-20).join(" ")}`, { cause: error });
  } finally {
    stage[Symbol.dispose]();
  }
});
