import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { RunDirectory } from "../../src/runs/index.ts";
import { LaunchedEngines } from "../engine/launched-engines.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { openPseudoTerminal } from "./pseudo-terminal.ts";

setDefaultTimeout(120_000);

const opener = join(import.meta.dir, "open-home.ts");
const folder = temporaryFolder();
const engines = new LaunchedEngines();
afterAll(() => {
  engines.kill();
  folder[Symbol.dispose]();
});

const paste = (text: string) => `\x1b[200~${text}\x1b[201~`;

/** The form's settings that a scripted engine goes with, and what is typed there. */
const SETTINGS = [
  ["model.source", "5"],
  ["steps", "1000"],
  ["selfplay.proposals", "4"],
] as const;

test.each([
  [60, 20],
  [80, 24],
  [140, 45],
])(
  "from home to the form, a run that trains, home, and deleted once it is stopped, at %i x %i",
  async (columns, rows) => {
    const name = `run-${columns}`;
    const home = join(folder.path, name);
    mkdirSync(home);
    await using terminal = openPseudoTerminal(
      ["sh", "-c", 'cd "$1" && exec "$2" "$3"', "sh", home, process.execPath, opener],
      {
        columns,
        rows,
        env: { AZR_RUNS_DIR: undefined },
      },
    );
    await terminal.waitFor(/There is no run in runs\//, 30_000);
    terminal.send("\t");
    await terminal.waitFor(/\[presets\]/);
    terminal.send("n");
    await terminal.waitFor(/Settings: \d+/);
    terminal.send("\r");
    terminal.send(paste(name));
    terminal.send("\r");
    await terminal.waitFor(new RegExp(`● name +${name}`));
    for (const [path, value] of SETTINGS) {
      terminal.send("/");
      terminal.send(paste(path));
      terminal.send("\r");
      await terminal.waitFor(new RegExp(`search: ${path}[\\s\\S]*▸ `));
      terminal.send("g\r\x15");
      terminal.send(paste(value));
      terminal.send("\r");
      await terminal.waitFor(new RegExp(`● [\\w.…]*${path.split(".").at(-1)} +${value} `));
      terminal.send("\x1b");
      await terminal.waitFor(/\[\w+\][\s\S]*Settings: \d+ of \d+ ─/);
    }
    terminal.send("s");
    await terminal.waitFor(new RegExp(`▶ running +step \\d+/1000 +${name}`), 60_000);
    const run = RunDirectory.open(join(home, "runs", name));
    const { engine } = run.status();
    if (engine) engines.add(engine.pid);
    expect(run.config()).toMatchObject({ steps: 1000, model: { source: "5" }, selfplay: { proposals: 4 } });

    terminal.send("h");
    // Begun from a preset, it is found selected among the runs.
    await terminal.waitFor(new RegExp(`\\[runs\\][\\s\\S]*▸ +${name} +▶ running`));
    terminal.send("d");
    await terminal.waitFor(/Delete the run/);
    terminal.send("y");
    await terminal.waitFor(/is being trained by process/);
    terminal.send("\r");
    await terminal.waitFor(new RegExp(`step \\d+/1000 +${name}`));
    terminal.send("x");
    await terminal.waitFor(/Stop the run/);
    terminal.send("y");
    await terminal.waitFor(/■ stopped/, 60_000);
    terminal.send("h");
    await terminal.waitFor(new RegExp(`${name} +■ stopped`));
    terminal.send("dy");
    await terminal.waitFor(/is deleted/);
    expect(existsSync(run.path)).toBe(false);
    terminal.send("q");
    expect(await terminal.exited).toBe(0);
    expect(terminal.alternate()).toBe(false);
    expect(await terminal.screen()).toContain("left: closed null");
  },
);
