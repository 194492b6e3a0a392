import { expect, test } from "bun:test";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { openPseudoTerminal } from "../tui/pseudo-terminal.ts";
import { ENTRY } from "./command-line.ts";

test("a dumb terminal gets lines, and a replay, which has none, is refused", async () => {
  using folder = temporaryFolder();
  recordRun(folder.path, { name: "one", steps: 2 });
  const output = async (args: readonly string[]) => {
    const env = { AZR_RUNS_DIR: folder.path, TERM: "dumb", NO_COLOR: "1" };
    await using terminal = openPseudoTerminal([process.execPath, ENTRY, ...args], { env });
    await terminal.exited;
    expect(terminal.raw()).not.toContain("\x1b");
    return terminal.raw();
  };
  expect(await output([])).toContain("one finished: 2 steps");
  expect(await output(["attach", "one"])).toContain("one finished: 2 steps");
  expect(await output(["attach", "--replay"])).toContain("TERM is dumb");
});
