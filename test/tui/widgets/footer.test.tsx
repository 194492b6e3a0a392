import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import type { RunDirectory } from "../../../src/runs/index.ts";
import { recordRun } from "../../fixtures/recorded-run.ts";
import { temporaryFolder } from "../../runs/fixtures.ts";
import { mountPlaces, ScriptedServices } from "../scripted-services.tsx";
import { goLive, openStage } from "../stage.tsx";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
let run: RunDirectory;
beforeAll(() => {
  run = recordRun(join(folder.path, "runs"));
});

const lastLine = (text: string): string => text.split("\n").at(-1) ?? "";

test.each([
  [60, "1", ["space pause", "s step", "x stop", "e evaluate", "q quit"]],
  [60, "2", ["space pause", "s step", "x stop", "e evaluate", "⏎ open"]],
  [80, "1", ["space pause", "s step", "x stop", "e evaluate", "q quit"]],
  [80, "3", ["space pause", "s step", "x stop", "e evaluate", "⏎ open", "q quit", "/ filter"]],
] as const)(
  "a live run at %i columns on screen %s: what steers it stands before the rest",
  async (columns, screen, keys) => {
    using stage = openStage(run, columns, 24);
    goLive(stage);
    await stage.screen.press(screen);
    const footer = lastLine(await stage.screen.text());
    expect(footer).toStartWith(" ? help ");
    for (const key of keys) expect(footer).toMatch(new RegExp(` (${key}) ?`));
    expect(Bun.stringWidth(footer)).toBeLessThanOrEqual(columns);
  },
);

test.each([60, 80])(
  "home at %i columns names what goes with the chosen row, and without a run no key of one",
  async (columns) => {
    const empty = new ScriptedServices(join(folder.path, "none"));
    using without = await mountPlaces(empty, { kind: "home" }, columns, 24);
    const bare = lastLine(await without.screen.text());
    expect(bare).toContain("n new");
    expect(bare).not.toMatch(/open|resume|mark|compare|delete|start/);
    await without.screen.press("\t");
    expect(lastLine(await without.screen.text())).toMatch(/⏎ open +s start +n new/);
    using some = await mountPlaces(
      new ScriptedServices(join(folder.path, "runs")),
      { kind: "home" },
      columns,
      24,
    );
    expect(lastLine(await some.screen.text())).toMatch(/⏎ open +n new +r resume +tab list +d delete/);
  },
);
