import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { stream } from "../../src/random/stream.ts";
import { openPseudoTerminal, type PseudoTerminal } from "./pseudo-terminal.ts";

setDefaultTimeout(240_000);

const cli = join(import.meta.dir, "..", "..", "src", "cli", "main.ts");
const RESIZES = 200;
/** Milliseconds between two of them: all within two seconds. */
const PAUSE = 10;
const SIZES = [
  [1, 1],
  [20, 5],
  [40, 12],
  [60, 20],
  [80, 24],
  [140, 45],
  [250, 80],
] as const;

/** The recorded run, played so fast that events flow for some seconds, and standing still after that. */
const replay = (columns: number, rows: number): PseudoTerminal =>
  openPseudoTerminal([process.execPath, cli, "attach", "--replay", "--speed", "40"], { columns, rows });

const ended = (terminal: PseudoTerminal) => terminal.waitFor(/The replay has ended/, 120_000);

/** The screen once it stands still. */
async function still(terminal: PseudoTerminal): Promise<string> {
  for (let before = ""; ; await Bun.sleep(300)) {
    const now = await terminal.screen();
    if (now === before) return now;
    before = now;
  }
}

test(`${RESIZES} resizes between 1x1 and 250x80 while events flow: then each screen is as a fresh one of that size`, async () => {
  const draws = stream(1, "resizes");
  await using stormy = replay(80, 24);
  await stormy.waitFor(/\[1 Dashboard\]/);
  for (let count = 0; count < RESIZES; count++) {
    const [columns, rows] = draws.pick(SIZES);
    stormy.resize(columns, rows);
    await Bun.sleep(PAUSE);
  }
  stormy.resize(100, 30);
  await ended(stormy);
  await using fresh = replay(100, 30);
  await ended(fresh);
  for (const key of ["1", "2", "3", "5", "1"]) {
    for (const terminal of [stormy, fresh]) terminal.send(key);
    const name = new RegExp(`\\[${key} `);
    await fresh.waitFor(name);
    await stormy.waitFor(name);
    expect(await still(stormy)).toBe(await still(fresh));
  }
  for (const terminal of [stormy, fresh]) terminal.send("q");
  expect(await stormy.exited).toBe(0);
  expect(stormy.alternate()).toBe(false);
});
