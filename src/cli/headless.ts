import Table from "cli-table3";
import prettyMilliseconds from "pretty-ms";
import { connect } from "../engine/client.ts";
import type { Progress, ServerMessage, Snapshot } from "../engine/protocol.ts";
import { RunError } from "../errors/index.ts";
import { ROLES, TASK_TYPES } from "../interfaces/role.ts";
import { RunDirectory, stepMetrics } from "../runs/index.ts";
import { print, say, style } from "./terminal.ts";

/**
 * Follows a live run without a screen: a line per phase and a table per step, until the run ends or Ctrl-C
 * stops it (a second Ctrl-C leaves at once, the engine goes on). Returns the exit code.
 */
export async function followHeadless(runPath: string): Promise<number> {
  const run = RunDirectory.open(runPath);
  using client = await connect(run.path, `headless ${process.pid}`);
  using database = run.openDatabase({ readonly: true });
  const phases = new PhaseLines();
  let interrupts = 0;
  const interrupt = () => {
    interrupts += 1;
    if (interrupts > 1) process.exit(130);
    say("\nStopping after a checkpoint of the last finished step (Ctrl-C again leaves the run alone) ...");
    client.send({ command: "stop" }).catch((error: Error) => say(error.message));
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    for await (const message of client) {
      if (message.kind === "hello" || message.kind === "snapshot") phases.update(message.snapshot);
      else if (message.kind === "log" && (message.level !== "info" || message.source !== "engine")) {
        say(
          style[message.level === "error" ? "red" : message.level === "warning" ? "yellow" : "dim"](
            message.message,
          ),
        );
      } else if (message.kind === "step") {
        phases.close();
        print(stepTable(message.step, stepMetrics(database, message.step)));
      } else if (message.kind === "ended") {
        phases.close();
        return conclude(run, message, interrupts > 0);
      }
    }
    throw new RunError(`the connection to run ${run.name} ended`, { mend: `azr-tui attach ${run.name}` });
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

/** Prints a phase when it is over: what it did, how long it took, how fast. */
class PhaseLines {
  #last: Progress | null = null;
  #snapshot: Snapshot | null = null;

  update(snapshot: Snapshot): void {
    const { progress } = snapshot;
    if (this.#last && (progress?.phase !== this.#last.phase || progress.step !== this.#last.step))
      this.close();
    this.#last = progress;
    this.#snapshot = snapshot;
  }

  close(): void {
    const last = this.#last;
    this.#last = null;
    if (!last) return;
    const { generationRate = 0, updateRate = 0 } = this.#snapshot ?? {};
    const tokens =
      last.phase === "update"
        ? updateRate
        : ["seed", "propose", "solve"].includes(last.phase)
          ? generationRate
          : 0;
    const parts = [
      last.step > 0 ? `step ${last.step}` : "start",
      last.phase.padEnd(10),
      `${(last.elapsedMs / 1000).toFixed(1)} s`,
      last.total > 0 ? `${last.done}/${last.total} ${last.unit}` : "",
      tokens > 0 ? `${tokens.toFixed(1)} tokens/s` : "",
    ];
    say(parts.filter(Boolean).join("  "));
  }
}

function stepTable(step: number, metrics: Record<string, number | null>): string {
  const show = (name: string, digits = 2) => metrics[name]?.toFixed(digits) ?? "-";
  const table = new Table({
    head: [
      step === 0 ? "seeding" : `step ${step}`,
      "rollouts",
      "reward",
      "right",
      "tokens",
      "distinct",
      "buffer",
    ],
    style: { head: [], border: [], compact: true },
    colAligns: ["left", "right", "right", "right", "right", "right", "right"],
  });
  for (const role of ROLES) {
    for (const type of TASK_TYPES) {
      const path = `${role}/${type}`;
      if (metrics[`${path}/rollouts`] == null) continue;
      const proposer = role === "propose";
      table.push([
        `${role} ${type}`,
        show(`${path}/rollouts`, 0),
        show(`${path}/reward`),
        show(proposer ? `${path}/validity` : `${path}/solve_rate`),
        show(`${path}/response_tokens`, 0),
        proposer ? show(`${path}/distinct`) : "",
        proposer ? show(`buffer/${type}/tasks`, 0) : "",
      ]);
    }
  }
  return table.toString();
}

function conclude(
  run: RunDirectory,
  ended: Extract<ServerMessage, { kind: "ended" }>,
  interrupted: boolean,
): number {
  const { step, totalSteps, createdAt } = run.status();
  const age = prettyMilliseconds(Date.now() - createdAt, { secondsDecimalDigits: 0 });
  print(`\n${run.name}: ${ended.state} after ${step} of ${totalSteps} steps (${age} since it was made)`);
  if (ended.reason) print(ended.reason);
  print(
    [
      "Go on with:",
      `  azr-tui train ${run.name} --resume${step >= totalSteps ? ` --steps ${totalSteps * 2}` : ""}    train further`,
      `  azr-tui attach ${run.name}    tasks, rollouts and curves on the screen`,
      `  azr-tui runs show ${run.name}    the same figures as text or --json`,
      `  azr-tui eval --model_path ${run.name} --benchmark humaneval    what it learned`,
    ].join("\n"),
  );
  if (ended.exitCode !== 0) return ended.exitCode;
  return interrupted ? 130 : 0;
}
