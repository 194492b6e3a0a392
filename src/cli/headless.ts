import prettyMilliseconds from "pretty-ms";
import { connect, type EngineClient } from "../engine/client.ts";
import type { ServerMessage, Snapshot } from "../engine/protocol.ts";
import { RunError } from "../errors/index.ts";
import { kindOfExit } from "../errors/kinds.ts";
import { RunDirectory } from "../runs/run-directory.ts";
import { LiveLine } from "./live-line.ts";
import { PhaseLines } from "./phase-lines.ts";
import { printSummary } from "./run-summary.ts";
import { stepTable } from "./step-table.ts";
import { print, printJson, say, style } from "./terminal.ts";

export interface FollowOptions {
  /** JSON lines instead of text: `phase`, `step`, `log` and `ended` objects. */
  json?: boolean;
  /** What Ctrl-C does: end the run with a checkpoint, or only leave it. */
  onInterrupt: "stop" | "leave";
  /** What other viewers know this one by; user, host and process when absent. */
  viewer?: string | undefined;
}

type Ended = Extract<ServerMessage, { kind: "ended" }>;

/** Time after which a long phase says how far it is where no line can be drawn over, milliseconds. */
const SELDOM_MS = 60_000;
/** Exit code after Ctrl-C. */
const INTERRUPTED = 130;

/**
 * Follows an engine line by line until its run ends, and sums the run up. Returns the exit code; raises the
 * engine's error when it failed.
 */
export async function followHeadless(path: string, options: FollowOptions): Promise<number> {
  const run = RunDirectory.open(path);
  const client = await reach(run, options.viewer);
  if (client === null) return finish(run, endedAlready(run), false, options);
  using follower = new Follower(client, options);
  const ended = await follower.follow();
  if (ended === null) {
    say(`The run goes on. Watch it: azr-tui attach ${run.name}`);
    return INTERRUPTED;
  }
  return finish(run, ended, follower.interrupted, options);
}

/** Null when the engine ended before it could be reached. */
async function reach(run: RunDirectory, name: string | undefined): Promise<EngineClient | null> {
  try {
    return await connect(run.path, { as: "lines", name });
  } catch (error) {
    if (error instanceof RunError && run.status().engine === null) return null;
    throw error;
  }
}

function endedAlready(run: RunDirectory): Ended {
  const { state, reason } = run.status();
  return { kind: "ended", state, reason, exitCode: state === "crashed" ? 1 : 0 };
}

class Follower implements Disposable {
  interrupted = false;
  private readonly phases = new PhaseLines();
  private readonly line = new LiveLine();
  /** When something was printed last. */
  private saidAt = performance.now();
  private readonly onSignal = () => this.interrupt();

  constructor(
    private readonly client: EngineClient,
    private readonly options: FollowOptions,
  ) {
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
  }

  /** The engine's end, or null when the user left before it. */
  async follow(): Promise<Ended | null> {
    for await (const message of this.client) {
      if (message.kind === "ended") {
        this.line.clear();
        return message;
      }
      if (this.options.json) this.showJson(message);
      else this.show(message);
    }
    this.line.clear();
    return null;
  }

  [Symbol.dispose](): void {
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
    this.client.close();
  }

  private show(message: ServerMessage): void {
    if (message.kind === "hello" || message.kind === "snapshot") {
      const done = this.phases.next(message.snapshot);
      if (done) this.print(done);
      this.showLive(message.snapshot);
    } else if (message.kind === "step") {
      const done = this.phases.end();
      if (done) this.print(done);
      const table = stepTable(message.metrics);
      if (table) this.print(table);
    } else if (message.kind === "log" && message.level !== "debug") {
      this.line.clear();
      const { level, source, message: text } = message;
      if (level === "info") print(text);
      else say(`${level === "error" ? style.red(level) : style.yellow(level)} ${source}: ${text}`);
    }
  }

  /** How far the phase under way is: drawn over in a terminal, elsewhere said once a minute. */
  private showLive({ etaMs }: Snapshot): void {
    const { live } = this.phases;
    if (!live) return;
    const left = etaMs === null ? "" : `  (run: ${prettyMilliseconds(etaMs, { compact: true })} left)`;
    this.line.draw(live + left);
    if (this.line.live || performance.now() - this.saidAt < SELDOM_MS) return;
    this.saidAt = performance.now();
    say(style.dim(live + left));
  }

  private showJson(message: ServerMessage): void {
    if (message.kind === "step" || message.kind === "log") printJson(message, 0);
    else if (message.kind === "snapshot") {
      const { state, step, totalSteps, progress } = message.snapshot;
      printJson({ kind: "progress", state, step, totalSteps, progress }, 0);
    }
  }

  private print(text: string): void {
    this.saidAt = performance.now();
    this.line.clear();
    print(text);
  }

  private interrupt(): void {
    this.line.clear();
    if (this.options.onInterrupt === "leave" || this.interrupted) {
      this.client.close();
      return;
    }
    this.interrupted = true;
    say("Ending after the work at hand is saved. Ctrl-C again leaves at once; the run then ends by itself.");
    this.client.send({ command: "stop" }).catch((error: unknown) => {
      say(`${style.red("error:")} ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

function finish(run: RunDirectory, ended: Ended, interrupted: boolean, { json }: FollowOptions): number {
  if (json) printJson(ended, 0);
  if (ended.state === "crashed") {
    const [message = "the engine ended without saying why", ...mend] = ended.reason.split("\n");
    const Kind = kindOfExit(ended.exitCode);
    const wayOn =
      run.status().step > 0
        ? `Finished steps are kept: azr-tui train ${run.name} --resume`
        : `No step was finished: azr-tui train ${run.name} --resume begins anew; removing ${run.path} frees the name.`;
    throw new Kind(message, { mend: [...mend, wayOn].join("\n       ") });
  }
  if (!json) printSummary(run);
  return interrupted ? INTERRUPTED : 0;
}
