import type { Config } from "../config/schema.ts";
import { AzrError, ConfigError, RunError } from "../errors/index.ts";
import type { RunDatabase } from "../runs/database.ts";
import { isSeeded } from "../runs/queries/steps.ts";
import { type ResumePoint, resumeFrom } from "../runs/resume.ts";
import { RunDirectory } from "../runs/run-directory.ts";
import {
  announceSocket,
  claimEngine,
  releaseEngine,
  runStatus,
  setRunState,
  setTotalSteps,
} from "../runs/state.ts";
import { launchTracker } from "../tracking/launch.ts";
import { ControlServer } from "./control.ts";
import { Engine } from "./engine.ts";
import type { EngineParts } from "./parts.ts";
import type { ServerMessage } from "./protocol.ts";
import { socketPath } from "./socket-path.ts";

export interface EngineProcessOptions {
  runPath: string;
  /** Go on with a run that has begun: from its newest checkpoint, or from that of a step. */
  resume: boolean | number;
  parts: EngineParts;
}

/**
 * The life of an engine process: claims the run, serves its control socket, trains, and leaves the run's state
 * and reason in the database and with the viewers however it ends. Resolves with the exit code.
 */
export async function runEngineProcess({ runPath, resume, parts }: EngineProcessOptions): Promise<number> {
  const run = RunDirectory.open(runPath);
  const config = run.config();
  using database = run.openDatabase();
  refuseWhenDone(database, config, resume);
  const socket = socketPath(run.path);
  claimEngine(database);
  try {
    const from = await startingPoint(database, run, resume);
    const steps = fixedSteps(config);
    if (steps !== null) setTotalSteps(database, steps);
    let engine: Engine | undefined;
    using server = new ControlServer({
      socket,
      run: run.name,
      snapshot: () => present(engine).snapshot(),
      onCommand: (command) => present(engine).command(command),
    });
    const send = (message: ServerMessage) => server.broadcast(message);
    engine = new Engine({ run, config, database, from, parts, send, viewers: () => server.viewers });
    announceSocket(database, socket);
    using tracker = launchTracker(run, config.tracking, (sentence) =>
      present(engine).log("warning", "tracking", sentence),
    );
    if (tracker)
      engine.log("info", "tracking", `figures are sent beside the run; messages in ${tracker.log}`);
    const began = performance.now();
    const ended = await live(engine, database, from);
    // Who launched an engine that fails at once is about to connect: it is to hear why.
    await server.firstViewer(LAUNCHER_MS - (performance.now() - began));
    // The place is free before viewers hear of the end: one of them may start the next engine at once.
    server.stopListening();
    releaseEngine(database);
    send(ended);
    await server.flush();
    return ended.exitCode;
  } finally {
    releaseEngine(database);
  }
}

/** A launcher connects within this after the engine began, milliseconds. */
const LAUNCHER_MS = 2000;

type Ended = Extract<ServerMessage, { kind: "ended" }>;

/** Trains to an end of any kind, stores it, and frees what the engine held. */
async function live(engine: Engine, database: RunDatabase, from: ResumePoint): Promise<Ended> {
  const uncaught = Promise.withResolvers<never>();
  uncaught.promise.catch(() => undefined);
  const onUncaught = (error: unknown) => uncaught.reject(error);
  process.on("uncaughtException", onUncaught).on("unhandledRejection", onUncaught);
  const signals = stopOnSignals(engine);
  try {
    for (const warning of from.warnings) engine.log("warning", "engine", warning);
    if (from.step > 0) {
      const dropped = from.dropped > 0 ? `; ${from.dropped} later steps are dropped` : "";
      engine.log("info", "engine", `going on after step ${from.step}${dropped}`);
    }
    const { state, reason } = await Promise.race([engine.run(), uncaught.promise]);
    await engine.close();
    setRunState(database, state, reason);
    engine.log("info", "engine", `${state}: ${reason}`);
    return { kind: "ended", state, reason, exitCode: 0 };
  } catch (error) {
    const { message, mend, exitCode } = describeError(error);
    const reason = mend === undefined ? message : `${message}\n${mend}`;
    console.error(error);
    engine.log("error", "engine", reason);
    recordCrash(database, reason);
    printLastWords(error);
    return { kind: "ended", state: "crashed", reason, exitCode };
  } finally {
    signals[Symbol.dispose]();
    process.off("uncaughtException", onUncaught).off("unhandledRejection", onUncaught);
  }
}

/**
 * A process entry: `<runDir> [--resume [N]] [--unsafe-local]`. Exits with 0 when the run ended in order, else with the
 * error's code after its last words.
 */
export async function runEngineMain(
  argv: readonly string[],
  makeParts: (flags: { unsafeLocal: boolean }) => EngineParts,
): Promise<never> {
  try {
    const { runPath, resume, unsafeLocal } = parseArguments(argv);
    process.exit(await runEngineProcess({ runPath, resume, parts: makeParts({ unsafeLocal }) }));
  } catch (error) {
    if (!(error instanceof AzrError)) console.error(error);
    printLastWords(error);
    process.exit(describeError(error).exitCode);
  }
}

function parseArguments(argv: readonly string[]) {
  const [runPath, ...flags] = argv;
  const at = flags.indexOf("--resume");
  const number = at >= 0 ? Number.parseInt(flags[at + 1] ?? "", 10) : Number.NaN;
  if (!runPath) throw new ConfigError("the engine needs the path of a run directory");
  return {
    runPath,
    resume: at >= 0 && (Number.isNaN(number) ? true : number),
    unsafeLocal: flags.includes("--unsafe-local"),
  };
}

/** `error:` and `mend:` lines as the launcher reads them from engine.log. */
function printLastWords(error: unknown): void {
  const { message, mend } = describeError(error);
  console.error(`error: ${message.replaceAll("\n", " ")}`);
  if (mend !== undefined) console.error(`mend: ${mend.replaceAll("\n", " ")}`);
}

async function startingPoint(
  database: RunDatabase,
  run: RunDirectory,
  resume: boolean | number,
): Promise<ResumePoint> {
  if (resume === false) return { checkpoint: null, step: 0, dropped: 0, warnings: [] };
  return await resumeFrom(database, run.checkpointsPath, resume === true ? undefined : resume);
}

/** A run that has begun goes on only when that is asked for; one that has all its steps has nothing to do. */
function refuseWhenDone(database: RunDatabase, config: Config, resume: boolean | number): void {
  const { step, name, state, totalSteps } = runStatus(database);
  const steps = fixedSteps(config) ?? totalSteps;
  if (resume === false && (step > 0 || isSeeded(database))) {
    throw new RunError(`run ${name} has begun: it has ${step} steps`, {
      mend: "Go on with it by `--resume`, or name another run.",
    });
  }
  const start = typeof resume === "number" ? resume : step;
  if (state === "finished" && start >= steps) {
    throw new RunError(`run ${name} has all of its ${steps} steps`, {
      mend: "Give a larger number with --steps to go on.",
    });
  }
}

/** Steps that the config names; null where epochs decide, whose steps are known once the data is read. */
function fixedSteps({ steps, training: { algorithm } }: Config): number | null {
  return algorithm.type === "sft" && algorithm.epochs > 0 ? null : steps;
}

/** The first signal ends the run in order, the second at once. */
function stopOnSignals(engine: Engine): Disposable {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (asked) process.exit(130);
    asked = true;
    engine.stop(`stopped by ${signal}`);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    [Symbol.dispose]: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

function recordCrash(database: RunDatabase, reason: string): void {
  try {
    setRunState(database, "crashed", reason);
  } catch (error) {
    // A full disk is a likely reason of the crash: viewers then see it by the missing engine.
    if (!(error instanceof RunError)) throw error;
    console.error(`the crash is not in the database: ${error.message}`);
  }
}

function present(engine: Engine | undefined): Engine {
  if (!engine) throw new RunError("the engine is starting");
  return engine;
}

/** What a person should read of an error: its message, and the mend where there is one. */
function describeError(error: unknown): { message: string; mend: string | undefined; exitCode: number } {
  if (error instanceof AzrError)
    return { message: error.message, mend: error.mend, exitCode: error.exitCode };
  return { message: error instanceof Error ? error.message : String(error), mend: undefined, exitCode: 1 };
}
