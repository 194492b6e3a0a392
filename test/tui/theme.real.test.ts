import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { openPseudoTerminal, type PseudoTerminal } from "./pseudo-terminal.ts";

setDefaultTimeout(90_000);

const cli = join(import.meta.dir, "..", "..", "src", "cli", "main.ts");
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
let count = 0;

const QUESTION = "\x1b]11;?\x07\x1b[c";
const LIGHT = "\x1b]11;rgb:ffff/ffff/ffff\x1b\\";
const IDENTITY = "\x1b[?62;22c";
/** The title in cyan of the 256 that are for a light background, of the user's own, and of the sixteen on light. */
const LIGHT_TITLE = "\x1b[38;5;24m";
const DARK_TITLE = "\x1b[36m";
const LIGHT_TITLE_OF_16 = "\x1b[34m";

const attach = (env: Record<string, string | undefined> = {}, options: readonly string[] = []) =>
  openPseudoTerminal(
    [process.execPath, cli, ...options, "attach", recordRun(join(folder.path, String(count++))).path],
    {
      env: {
        COLORTERM: undefined,
        COLORFGBG: undefined,
        AZR_THEME: undefined,
        TERM_PROGRAM: undefined,
        ...env,
      },
    },
  );

async function asked(terminal: PseudoTerminal): Promise<void> {
  while (!terminal.raw().includes(QUESTION)) await Bun.sleep(2);
}

/** Leaves, and says what went out. */
async function quit(terminal: PseudoTerminal): Promise<string> {
  terminal.send("q");
  expect(await terminal.exited).toBe(0);
  return terminal.raw();
}

test("a terminal that says it is light gets the colours for it, and keys typed with the answer are keys", async () => {
  await using terminal = attach();
  await asked(terminal);
  terminal.send(`2${LIGHT}${IDENTITY}`);
  await terminal.waitFor(/\[2 Tasks\]/);
  const raw = await quit(terminal);
  expect(raw).toContain(LIGHT_TITLE);
  expect(raw).not.toContain(DARK_TITLE);
});

test("an answer that comes late changes the colours then, and its bytes are no keys", async () => {
  await using terminal = attach();
  await terminal.waitFor(/\[1 Dashboard\]/);
  expect(terminal.raw()).toContain(DARK_TITLE);
  // As keys they would open the palette, other screens and a filter.
  terminal.send(LIGHT.slice(0, 12));
  await Bun.sleep(50);
  terminal.send(`${LIGHT.slice(12)}${IDENTITY}`);
  const began = performance.now();
  while (!terminal.raw().includes(LIGHT_TITLE) && performance.now() - began < 10_000) await Bun.sleep(10);
  expect(await terminal.screen()).toContain("[1 Dashboard]");
  expect(await quit(terminal)).toContain(LIGHT_TITLE);
});

test("who leaves before the answer is there finds none of it at his shell", async () => {
  await using terminal = attach();
  await terminal.waitFor(/\[1 Dashboard\]/);
  terminal.send("q");
  while (!terminal.raw().includes("\x1b[?1049l")) await Bun.sleep(2);
  terminal.send(`${LIGHT}${IDENTITY}`);
  expect(await terminal.exited).toBe(0);
  // A terminal that is no longer raw would echo it.
  expect(terminal.raw()).not.toContain("rgb:ffff");
});

test("a terminal that never answers shows the screen all the same, by COLORFGBG where it is set", async () => {
  await using terminal = attach({ COLORFGBG: "0;15", TERM: "xterm" });
  await terminal.waitFor(/\[1 Dashboard\]/);
  expect(await quit(terminal)).toContain(LIGHT_TITLE_OF_16);
});

test("--theme chooses by hand, and then nothing is asked; plain has no colours; a wrong name is refused", async () => {
  await using light = attach({}, ["--theme", "light"]);
  await light.waitFor(/\[1 Dashboard\]/);
  const raw = await quit(light);
  expect([raw.includes(LIGHT_TITLE), raw.includes(QUESTION)]).toEqual([true, false]);
  await using plain = attach({ AZR_THEME: "plain" });
  await plain.waitFor(/\[1 Dashboard\]/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with the control character.
  expect(await quit(plain)).not.toMatch(/\x1b\[(?:\d+;)*(?:3[0-8]|9[0-7]|4[0-8])(?:;\d+)*m/);
  await using wrong = openPseudoTerminal([process.execPath, cli, "--theme=pink"]);
  await wrong.exited;
  expect(wrong.raw()).toContain('There is no theme "pink"');
});
