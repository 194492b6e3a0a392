import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RunDirectory } from "../../src/runs/index.ts";
import { LaunchedEngines, SCRIPTED_ENGINE } from "../engine/launched-engines.ts";
import { scriptedConfig } from "../engine/scripted-parts.ts";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { openPseudoTerminal, type PseudoTerminal } from "./pseudo-terminal.ts";

setDefaultTimeout(240_000);

const root = join(import.meta.dir, "..", "..");
const cli = join(root, "src", "cli", "main.ts");
const opener = join(import.meta.dir, "open-tui.ts");
const folder = temporaryFolder();
const engines = new LaunchedEngines();
afterAll(() => {
  engines.kill();
  folder[Symbol.dispose]();
});

let count = 0;
const recorded = () => recordRun(join(folder.path, String(count++)));

const attach = (run: RunDirectory, options: Parameters<typeof openPseudoTerminal>[1] = {}) =>
  openPseudoTerminal([process.execPath, cli, "attach", run.path], options);

const open = (run: RunDirectory, what = "") =>
  openPseudoTerminal([process.execPath, opener, run.path, ...(what ? [what] : [])]);

/** A run that is training on scripted parts, `pace` milliseconds a token. */
async function liveRun(pace: number): Promise<{ run: RunDirectory; pid: number }> {
  const run = RunDirectory.create(join(folder.path, String(count++)), scriptedConfig(pace, 1000));
  const { pid } = await engines.launch(run.path);
  return { run, pid };
}

/** Every mode that the screen set is reset, in the bytes as they went out. */
function expectRestored(terminal: PseudoTerminal): void {
  const raw = terminal.raw();
  const last = (...sequences: string[]) =>
    sequences.toSorted((a, b) => raw.lastIndexOf(b) - raw.lastIndexOf(a))[0];
  expect(raw).toContain("\x1b[?1049h");
  expect(raw).toContain("\x1b[?7l");
  expect(last("\x1b[?1049h", "\x1b[?1049l")).toBe("\x1b[?1049l");
  expect(last("\x1b[?7h", "\x1b[?7l")).toBe("\x1b[?7h");
  expect(last("\x1b[?25h", "\x1b[?25l")).toBe("\x1b[?25h");
  expect(last("\x1b[?2004h", "\x1b[?2004l")).toBe("\x1b[?2004l");
  expect(raw).toContain("\x1b[?1000h\x1b[?1006h");
  expect(last("\x1b[?1000h", "\x1b[?1000l")).toBe("\x1b[?1000l");
  expect(last("\x1b[?1006h", "\x1b[?1006l")).toBe("\x1b[?1006l");
  expect(terminal.alternate()).toBe(false);
}

test("attach shows a finished run; screens, help, resizing; q leaves with 0 and the terminal as it was", async () => {
  await using terminal = attach(recorded());
  await terminal.waitFor(/Proposer reward[\s\S]*Machine/);
  terminal.send("2");
  await terminal.waitFor(/Tasks: 39/);
  terminal.send("\r");
  await terminal.waitFor(/Task 39[\s\S]*lines 1-18 of 27/);
  terminal.send("G");
  await terminal.waitFor(/Task 39[\s\S]*attempts: 4/);
  terminal.send("?");
  await terminal.waitFor(/Keys[\s\S]*show or hide the keys/);
  terminal.send("?\x1b");
  await terminal.waitFor(/Tasks: 39/);
  terminal.send("1");
  terminal.resize(140, 45);
  const large = await terminal.waitFor(/Valid proposals[\s\S]*Solve rate[\s\S]*tok\/answer/);
  expect(large.split("\n")[44]).toContain("? help");
  terminal.resize(60, 20);
  await terminal.waitFor(/● ded {2}■ abd {2}▲ ind/);
  terminal.send("q");
  expect(await terminal.exited).toBe(0);
  expectRestored(terminal);
});

for (const [signal, code] of [
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGINT", 130],
] as const) {
  test(`${signal} gives the terminal back and ends with ${code}`, async () => {
    await using terminal = attach(recorded());
    await terminal.waitFor(/Proposer reward/);
    terminal.kill(signal);
    expect(await terminal.exited).toBe(code);
    expectRestored(terminal);
  });
}

for (const [what, words, code] of [
  ["throw", /The screen failed: .*thrown outside React/, 1],
  ["reject", /The screen failed: .*rejected outside React/, 1],
  ["exit", /^/, 9],
] as const) {
  test(`the terminal is given back after: ${what}`, async () => {
    await using terminal = open(recorded(), what);
    await terminal.waitFor(/Proposer reward/);
    terminal.kill("SIGUSR2");
    expect(await terminal.exited).toBe(code);
    expectRestored(terminal);
    expect(await terminal.screen()).toMatch(words);
  });
}

test("a screen that crashes shows its error, the others are usable, and leaving is as always", async () => {
  const run = recorded();
  await using terminal = open(run);
  await terminal.waitFor(/Proposer reward/);
  using database = run.openDatabase();
  database.run("DROP TABLE tasks");
  terminal.send("2");
  await terminal.waitFor(/Tasks failed[\s\S]*no such table: tasks/);
  terminal.send("3");
  await terminal.waitFor(/Rollouts: \d+/);
  terminal.send("q");
  expect(await terminal.exited).toBe(0);
  expectRestored(terminal);
});

test("a live run: phases move, space pauses and resumes, q detaches and the engine goes on", async () => {
  const { run, pid } = await liveRun(10);
  await using terminal = attach(run);
  await terminal.waitFor(/▶ running[\s\S]*Proposer reward[\s\S]*Now: proposer, deduction/);
  terminal.send(" ");
  await terminal.waitFor(/‖ paused/);
  expect(run.status().state).toBe("paused");
  terminal.send(" ");
  await terminal.waitFor(/▶ running/);
  terminal.send("q");
  await terminal.waitFor(/is at work/);
  terminal.send("y");
  expect(await terminal.exited).toBe(0);
  expectRestored(terminal);
  expect(await terminal.screen()).toMatch(/The run \S+ goes on\./);
  expect(run.status()).toMatchObject({ state: "running", engine: { pid } });

  await using again = attach(run);
  await again.waitFor(/▶ running/);
  again.send("x");
  await again.waitFor(/Stop the run/);
  again.send("y");
  await again.waitFor(/■ stopped[\s\S]*r goes on with it, or azr-tui train/);
  again.send("\x03");
  expect(await again.exited).toBe(0);
  expectRestored(again);
});

test("a stop that is confirmed before the engine answers is done once it does", async () => {
  const { run, pid } = await liveRun(10);
  while (run.status().state !== "running") await Bun.sleep(20);
  process.kill(pid, "SIGSTOP");
  await using terminal = attach(run);
  try {
    await terminal.waitFor(/▶ running/);
    terminal.send("x");
    await terminal.waitFor(/Stop the run/);
    terminal.send("y");
    await terminal.waitFor(/Waiting for the engine|has said nothing/);
  } finally {
    process.kill(pid, "SIGCONT");
  }
  await terminal.waitFor(/■ stopped/);
  expect(run.status().state).toBe("stopped");
});

test("an engine that is killed: the screen stays, says so, and how to go on", async () => {
  const { run, pid } = await liveRun(10);
  await using terminal = attach(run);
  await terminal.waitFor(/▶ running/);
  process.kill(pid, "SIGKILL");
  await terminal.waitFor(/✗ crashed last word \d+ s ago[\s\S]*r goes on with it, or azr-tui train/);
  terminal.send("2");
  await terminal.waitFor(/Tasks: /);
  terminal.send("q");
  await terminal.exited;
  expectRestored(terminal);
});

test("an engine that is stopped in its tracks is called silent, and is heard again", async () => {
  const { run, pid } = await liveRun(10);
  await using terminal = attach(run);
  await terminal.waitFor(/▶ running/);
  process.kill(pid, "SIGSTOP");
  try {
    await terminal.waitFor(/silent \d+ s[\s\S]*has said nothing/, 30_000);
  } finally {
    process.kill(pid, "SIGCONT");
  }
  await terminal.waitFor(/▶ running {2}step/);
});

test("an engine is launched behind the first frame; one that fails leaves its reason", async () => {
  const good = RunDirectory.create(join(folder.path, "launched"), scriptedConfig(5, 1000));
  await using terminal = open(good, `launch:${SCRIPTED_ENGINE}`);
  await terminal.waitFor(/▶ running[\s\S]*Proposer reward/);
  terminal.send("qs");
  await terminal.exited;
  expect(await terminal.screen()).toContain("left: stopped");

  const broken = join(folder.path, "broken-engine.ts");
  writeFileSync(broken, 'console.error("error: no model there\\nmend: name another"); process.exit(3);');
  const bad = RunDirectory.create(join(folder.path, "failed"), scriptedConfig(5, 1000));
  await using failing = open(bad, `launch:${broken}`);
  await failing.waitFor(/no model there name another/);
  failing.send("q");
  expect(await failing.exited).toBe(3);
  expectRestored(failing);
  expect(await failing.screen()).toContain("error: no model there");
});

test("it opens from any working directory", async () => {
  const run = recorded();
  await using terminal = attach(run, { cwd: folder.path });
  await terminal.waitFor(/Proposer reward[\s\S]*Machine/);
  terminal.send("q");
  expect(await terminal.exited).toBe(0);
});

test("NO_COLOR: no colour reaches the terminal, and the choice can still be seen", async () => {
  await using terminal = attach(recorded(), { env: { NO_COLOR: "1" } });
  await terminal.waitFor(/\[1 Dashboard\]/);
  terminal.send("2");
  await terminal.waitFor(/▸ {4}39/);
  terminal.send("q");
  await terminal.exited;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with the control character.
  expect(terminal.raw()).not.toMatch(/\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7]|4[0-7])(?:;\d+)*m/);
});
