import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { RunDirectory } from "../../src/runs/index.ts";
import { LaunchedEngines } from "../engine/launched-engines.ts";
import { scriptedConfig } from "../engine/scripted-parts.ts";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { openPseudoTerminal } from "./pseudo-terminal.ts";

setDefaultTimeout(120_000);

const cli = join(import.meta.dir, "..", "..", "src", "cli", "main.ts");
const folder = temporaryFolder();
const engines = new LaunchedEngines();
afterAll(() => {
  engines.kill();
  folder[Symbol.dispose]();
});

const azr = (...argv: string[]) => [process.execPath, cli, ...argv];

async function liveRun(name: string): Promise<RunDirectory> {
  const run = RunDirectory.create(join(folder.path, name), scriptedConfig(200, 1000));
  await engines.launch(run.path);
  return run;
}

test("Ctrl-Z and SIGTSTP give the terminal to the shell, fg draws the screen again", async () => {
  const run = recordRun(folder.path);
  const line = azr("attach", run.path).join(" ");
  await using shell = openPseudoTerminal(["bash", "--norc", "--noediting", "-i"], {
    env: { PS1: "prompt> " },
  });
  await shell.waitFor(/prompt> /);
  shell.send(`${line}\r`);
  await shell.waitFor(/Proposer reward/);
  shell.send("\x1a");
  await shell.waitFor(/Stopped[\s\S]*prompt> /);
  expect(shell.alternate()).toBe(false);
  const stopped = shell.raw().length;
  expect(shell.raw().lastIndexOf("\x1b[?1000l")).toBeGreaterThan(shell.raw().lastIndexOf("\x1b[?1000h"));
  expect(shell.raw().lastIndexOf("\x1b[?7h")).toBeGreaterThan(shell.raw().lastIndexOf("\x1b[?7l"));
  shell.send("fg\r");
  await shell.waitFor(/\[1 Dashboard\][\s\S]*Proposer reward/);
  expect(shell.alternate()).toBe(true);
  expect(shell.raw().indexOf("\x1b[?1000h", stopped)).toBeGreaterThan(0);
  shell.send("2");
  await shell.waitFor(/\[2 Tasks\]/);
  shell.send("\x1a");
  await shell.waitFor(/Stopped[\s\S]*prompt>\s*$/);
  shell.send("fg\r");
  await shell.waitFor(/\[2 Tasks\]/);
  shell.send("q");
  await shell.waitFor(/prompt>\s*$/);
  expect(shell.alternate()).toBe(false);
});

test("two screens of a run: the first drives, the second sees who, is refused, and takes over", async () => {
  const run = await liveRun("shared");
  const size = { columns: 120, rows: 30 };
  await using ada = openPseudoTerminal(azr("attach", run.path, "--viewer", "ada"), size);
  await ada.waitFor(/▶ running[\s\S]*Proposer reward/, 60_000);
  await using bob = openPseudoTerminal(azr("attach", run.path, "--viewer", "bob"), size);
  await bob.waitFor(/▶ running[\s\S]*2 viewers, ada drives/, 60_000);
  // Cheap to draw where the machine is busy.
  for (const screen of [ada, bob]) screen.send("5");
  bob.send(" ");
  await bob.waitFor(/ada drives\. `:drive` takes over\./, 60_000);
  bob.send(":drive\r");
  await bob.waitFor(/2 viewers, you drive/, 60_000);
  await ada.waitFor(/2 viewers, bob drives/, 60_000);
  bob.send(":set selfplay.proposals 2\r");
  await bob.waitFor(/selfplay\.proposals: 4 -> 2, from step \d+ on/, 60_000);
  await ada.waitFor(/selfplay\.proposals: 4 -> 2/, 60_000);
  bob.send("e");
  await bob.waitFor(/is evaluated/, 60_000);
  // A single command is no screen: it is done.
  const paused = Bun.spawnSync(azr("runs", "pause", run.path));
  expect(paused.stderr.toString()).toContain("paused");
  await ada.waitFor(/‖ paused/, 60_000);
  bob.send("q");
  await bob.waitFor(/is at work/, 60_000);
  bob.send("y");
  await bob.exited;
  ada.send(" ");
  await ada.waitFor(/▶ running/, 60_000);
  expect(run.config().selfplay.proposals).toBe(2);
  const stopped = Bun.spawnSync(azr("runs", "stop", run.path));
  expect(stopped.exitCode).toBe(0);
  await ada.waitFor(/■ stopped/, 60_000);
});
