import { expect, test } from "bun:test";
import { shown, style } from "../../src/cli/terminal.ts";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { run } from "./command-line.ts";

const HOSTILE = "red\x1b[31m\x1b]0;owned\x07";

test("a terminal gets our styles and no escape of the text; what is no terminal gets the text alone", () => {
  const { NO_COLOR: colours, TERM: kind } = process.env;
  delete process.env.NO_COLOR;
  delete process.env.TERM;
  try {
    const line = `${style.bold(HOSTILE)} a\u009bb`;
    expect(shown(line, { isTTY: true })).toBe("\x1b[1mred·[31m·]0;owned·\x1b[0m a·b");
    expect(shown(line, { isTTY: false })).toBe(`${HOSTILE} a\u009bb`);
    process.env.NO_COLOR = "1";
    expect(shown(style.red("x"), { isTTY: true })).toBe("x");
    delete process.env.NO_COLOR;
    process.env.TERM = "dumb";
    expect(shown(style.red("x\x1b[A"), { isTTY: true })).toBe("x·[A");
  } finally {
    if (kind === undefined) delete process.env.TERM;
    else process.env.TERM = kind;
    if (colours === undefined) delete process.env.NO_COLOR;
    else process.env.NO_COLOR = colours;
  }
});

test("the summary of a run has no styles in a pipe, and JSON escapes what steers a terminal", async () => {
  using folder = temporaryFolder();
  recordRun(folder.path, { name: "one\u009b31m", steps: 2 });
  const env = { AZR_RUNS_DIR: folder.path, NO_COLOR: "" };
  const { stdout } = await run(["runs", "show"], { env });
  expect(stdout).toContain("finished: 2 steps");
  expect(stdout).not.toContain("\x1b[");
  const json = (await run(["runs", "list", "--json"], { env })).stdout;
  expect(json).not.toContain("\u009b");
  expect(JSON.parse(json).runs[0].name).toBe("one\u009b31m");
});
