import type { Command } from "commander";
import type { Command as EngineCommand } from "../../engine/protocol.ts";
import { ConfigError } from "../../errors/index.ts";
import type { RunSummary } from "../../runs/run-directory.ts";
import { cell, oneLine } from "../../tui/printable.ts";
import { print, printJson, say, style } from "../terminal.ts";

export function registerRuns(program: Command): void {
  const runs = program
    .command("runs")
    .description("list runs, show one in figures, or tell the engine of one what to do");

  runs
    .command("list")
    .description("every run, the one touched last first")
    .option("--json", "as JSON")
    .action(list);

  runs
    .command("show")
    .description("state, curves, tasks, checkpoints and evaluations of a run")
    .argument("[run]", "name or directory; the one touched last when absent")
    .option("--json", "as JSON, with its configuration")
    .action(show);

  for (const { name, command, description } of COMMANDS) {
    runs
      .command(name)
      .description(description)
      .argument("[run]", "name or directory; the one touched last when absent")
      .action((run: string | undefined) => tell(run, { command }));
  }

  runs
    .command("set")
    .description("change a setting of a run that is at work, from the next step on")
    .argument("<run>", "name or directory")
    .argument("<key=value>", "as --set writes it, such as training.optimizer.learning_rate=1e-5")
    .action(set);

  runs
    .command("delete")
    .description("remove a run for good: its steps, tasks, rollouts and checkpoints; asks first")
    .argument("<run>", "name or directory")
    .option("--yes", "do not ask; needed where there is no terminal")
    .action(remove);

  runs
    .command("stop")
    .description("end a run that is at work, with a checkpoint")
    .argument("[run]", "name or directory; the one touched last when absent")
    .action(stop);
}

/** Commands to an engine that are answered in one sentence. */
const COMMANDS = [
  { name: "pause", command: "pause", description: "pause a run that is at work, at once" },
  {
    name: "resume",
    command: "resume",
    description: "go on with a run that is paused; one that has ended goes on by train --resume",
  },
  { name: "step", command: "step", description: "run one step, then pause" },
  { name: "checkpoint", command: "checkpoint", description: "write a checkpoint of a run that is at work" },
  {
    name: "evaluate",
    command: "evaluate",
    description: "evaluate a run that is at work: when its step ends, or at once when it is paused",
  },
] as const;

async function list({ json }: { json?: boolean }): Promise<void> {
  const { listRuns } = await import("../../runs/run-directory.ts");
  const { runsFolder } = await import("../run-place.ts");
  const { runs, unreadable } = listRuns(runsFolder());
  if (json) {
    return printJson({
      runs,
      unreadable: unreadable.map(({ path, error }) => ({ path, error: error.message })),
    });
  }
  if (runs.length === 0 && unreadable.length === 0)
    say(`There is no run in ${runsFolder()}/ yet: azr-tui demo starts one.`);
  const width = nameWidth(runs.map((run) => run.name));
  for (const run of runs) print(runLine(run, width));
  for (const { path, error } of unreadable) say(`${style.red("unreadable:")} ${path}: ${error.message}`);
}

/** Columns that the longest name takes, and no more than a terminal has beside the rest of its line. */
function nameWidth(names: readonly string[]): number {
  const longest = Math.max(4, ...names.map((name) => Bun.stringWidth(oneLine(name))));
  const { isTTY, columns } = process.stdout;
  return isTTY ? Math.min(longest, Math.max(12, columns - REST)) : longest;
}

/** Columns of a line beside the name, an engine's process among them. */
const REST = 56;

function runLine({ name, state, step, totalSteps, activeAt, engine }: RunSummary, width: number): string {
  const at = new Date(activeAt).toISOString().slice(0, 16).replace("T", " ");
  const by = engine ? `  engine ${engine.pid}` : "";
  return `${cell(oneLine(name), width)}  ${state.padEnd(8)}  ${`${step}/${totalSteps}`.padStart(9)}  ${at}Z${by}`;
}

async function show(name: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const { findRun } = await import("../run-place.ts");
  const { RunDirectory } = await import("../../runs/run-directory.ts");
  const { printSummary, summarise } = await import("../run-summary.ts");
  const run = RunDirectory.open(findRun(name));
  if (json) printJson({ ...summarise(run), config: run.config() });
  else printSummary(run);
}

async function tell(name: string | undefined, command: EngineCommand): Promise<void> {
  const { findRun } = await import("../run-place.ts");
  const { connect } = await import("../../engine/client.ts");
  using client = await connect(findRun(name));
  say(await client.send(command));
}

async function set(name: string, assignment: string): Promise<void> {
  const at = assignment.indexOf("=");
  if (at < 1)
    throw new ConfigError(`runs set takes key=value, not "${assignment}".`, {
      mend: "For example: azr-tui runs set first training.optimizer.learning_rate=1e-5",
    });
  await tell(name, { command: "set", key: assignment.slice(0, at).trim(), value: assignment.slice(at + 1) });
}

async function stop(name: string | undefined): Promise<void> {
  const { findRun } = await import("../run-place.ts");
  const { connect } = await import("../../engine/client.ts");
  const { stateWords } = await import("../../runs/state.ts");
  using client = await connect(findRun(name));
  say(await client.send({ command: "stop" }));
  for await (const message of client) {
    if (message.kind === "ended") say(stateWords(message.state, message.reason));
  }
}

async function remove(name: string, { yes = false }: { yes?: boolean }): Promise<void> {
  const { findRun } = await import("../run-place.ts");
  const { deleteRun } = await import("../../runs/delete-run.ts");
  const { confirm } = await import("../confirm.ts");
  const { default: prettyBytes } = await import("pretty-bytes");
  const path = findRun(name);
  if (!yes && !(await confirm(`Delete the run ${path} for good, with its tasks, rollouts and checkpoints?`)))
    return say("Nothing was deleted.");
  say(`${path} is deleted: ${prettyBytes(await deleteRun(path))} freed.`);
}
