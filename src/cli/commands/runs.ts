import type { Command } from "commander";
import { print, printJson, say, style } from "../terminal.ts";

export function registerRuns(program: Command): void {
  const runs = program.command("runs").description("list runs, or show one");
  runs
    .command("list")
    .description("every run under runs/, the one touched last first")
    .option("--json", "as JSON")
    .action(async (options: { json?: boolean }) => {
      const { listRuns } = await import("../../runs/index.ts");
      const { RUNS_ROOT } = await import("../run-path.ts");
      const { runs: found, unreadable } = listRuns(RUNS_ROOT);
      for (const { path, error } of unreadable) say(style.yellow(`${path}: ${error.message}`));
      if (options.json) return printJson(found);
      if (found.length === 0) return say("There is no run yet. Start one with: azr-tui demo");
      const { default: Table } = await import("cli-table3");
      const table = new Table({
        head: ["run", "state", "step", "of", "last active"],
        style: { head: [], border: [], compact: true },
      });
      for (const run of found)
        table.push([run.name, run.state, run.step, run.totalSteps, new Date(run.activeAt).toLocaleString()]);
      print(table.toString());
    });
  runs
    .command("show")
    .description("state, figures of the last step, checkpoints and evaluations of a run")
    .argument("[run]", "name or directory; the latest when absent")
    .option("--json", "as JSON")
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      const { latestRun, runPath } = await import("../run-path.ts");
      const { checkpoints, countRollouts, countTasks, evaluations, RunDirectory, stepMetrics } = await import(
        "../../runs/index.ts"
      );
      const run = RunDirectory.open(name === undefined ? latestRun() : runPath(name));
      using database = run.openDatabase({ readonly: true });
      const status = run.status();
      const shown = {
        ...status,
        path: run.path,
        tasks: countTasks(database),
        rollouts: countRollouts(database),
        metrics: stepMetrics(database, status.step),
        checkpoints: checkpoints(database),
        evaluations: evaluations(database),
      };
      if (options.json) return printJson(shown);
      print(
        `${status.name}: ${status.state}${status.reason ? ` (${status.reason})` : ""}, step ${status.step} of ${status.totalSteps}`,
      );
      print(
        `${shown.tasks} tasks, ${shown.rollouts} rollouts, checkpoints: ${shown.checkpoints.map((one) => one.step).join(", ") || "none"}`,
      );
      for (const one of shown.evaluations)
        print(`${one.benchmark} at step ${one.step}: ${JSON.stringify(one.scores)}`);
      for (const [metric, value] of Object.entries(shown.metrics))
        print(`${metric.padEnd(44)} ${value ?? "-"}`);
    });
}
