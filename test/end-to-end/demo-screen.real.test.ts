import { afterAll, expect, test } from "bun:test";
import { ENTRY, run } from "../cli/command-line.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { openPseudoTerminal } from "../tui/pseudo-terminal.ts";

const folder = temporaryFolder();
afterAll(async () => {
  // Where the test failed, the engine that it left behind.
  await run(["runs", "stop", "demo-1"], { cwd: folder.path });
  folder[Symbol.dispose]();
});

/** A command line in a terminal, in an empty directory. */
const inTerminal = (...args: string[]) =>
  openPseudoTerminal(
    ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", folder.path, process.execPath, ENTRY, ...args],
    { columns: 120, rows: 40 },
  );

test("demo in a terminal opens the screen on a run that trains; leaving it, coming back, stopping it", async () => {
  {
    await using terminal = inTerminal("demo", "--steps", "50", "--set", "evaluation.start=false");
    await terminal.waitFor(/running\s+step \d+\/50\s+demo-1/, 60_000);
    await terminal.waitFor(/propose.*samples/s, 60_000);
    terminal.send("q");
    await terminal.waitFor(/the run goes on/);
    terminal.send("y");
    expect(await terminal.exited).toBe(0);
    expect(terminal.alternate()).toBe(false);
    // Under a package script the command is named as that script.
    expect(await terminal.screen()).toMatch(/The run demo-1 goes on\. Back to it: .*azr-tui attach demo-1/);
  }
  const list = await run(["runs", "list"], { cwd: folder.path });
  expect(list.stdout).toMatch(/^demo-1 +running +\d+\/50 .*engine \d+/);
  await using terminal = inTerminal();
  await terminal.waitFor(/Runs: 1[\s\S]*▸ {2}demo-1 +▶ running/);
  terminal.send("\r");
  await terminal.waitFor(/running\s+step \d+\/50\s+demo-1/);
  terminal.send("x");
  await terminal.waitFor(/Stop the run demo-1\?/);
  terminal.send("y");
  await terminal.waitFor(/stopped\s+step \d+\/50\s+demo-1/, 60_000);
  terminal.send("q");
  expect(await terminal.exited).toBe(0);
  expect(await terminal.screen()).toMatch(/demo-1 stopped by \S+@\S+:\d+/);
}, 240_000);
