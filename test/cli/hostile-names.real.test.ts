import { afterAll, expect, test } from "bun:test";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { openPseudoTerminal } from "../tui/pseudo-terminal.ts";
import { ENTRY } from "./command-line.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const NAME = "esc\x1b[31mred\x1b]0;owned\x07";

test("a run's name steers no terminal in any command that prints it, and a long one leaves the table whole", async () => {
  recordRun(folder.path, { name: NAME, steps: 1 });
  recordRun(folder.path, { name: "n".repeat(180), steps: 1 });
  const raw = async (args: readonly string[], keys = "") => {
    const env = { AZR_RUNS_DIR: folder.path, NO_COLOR: "1" };
    await using terminal = openPseudoTerminal([process.execPath, ENTRY, ...args], {
      env,
      // A question is found on one line.
      columns: keys ? 200 : 80,
    });
    if (keys) await terminal.waitFor(/y\/N/, 6000);
    if (keys) terminal.send(keys);
    await terminal.exited;
    expect(terminal.raw()).toContain("esc·[31mred·]0;owned·");
    expect(terminal.raw()).not.toContain("\x1b[31m");
    expect(terminal.raw()).not.toContain("\x1b]0;");
    return terminal.raw().trim().split("\r\n");
  };
  const lines = await raw(["runs", "list"]);
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
  await raw(["runs", "show", NAME]);
  await raw(["runs", "pause", NAME]);
  await raw(["attach", "--headless", NAME]);
  await raw(["runs", "delete", NAME], "n\r");
});
