import * as v from "valibot";
import { type Config, ConfigSchema } from "../config/schema.ts";
import { AzrError, ConfigError, RunError } from "../errors/index.ts";
import { changeConfig, plannedConfig } from "../runs/change-config.ts";
import type { RunDatabase } from "../runs/database.ts";
import { Presence } from "../runs/presence.ts";
import { isSeeded } from "../runs/queries/steps.ts";
import { choosePoint, type ResumeChoice, type ResumePoint, resumeAt } from "../runs/resume.ts";
import { RunDirectory } from "../runs/run-directory.ts";
import {
  announceSocket,
  claimEngine,
  releaseEngine,
  runStatus,
  setRunState,
  stateWords,
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
  /** The settings to go on with, stored once everything is loaded with them; the stored ones when absent. */
  config?: Config | undefined;
  parts: EngineParts;
}

/**
 * The life of an engine process: claims the run, serves its control socket, trains, and leaves the run's state
 * and reason in the database and with the viewers however it ends. Resolves with the exit code.
 */
export async function runEngineProcess(options: EngineProcessOptions): Promise<number> {
  const { resume, parts } = options;
  const run = RunDirectory.open(options.runPath);
  const config = options.config ?? run.config();
  using database = run.openDatabase();
  const socket = socketPath(run.path);
  claimEngine(database);
  try {
    const choice = await startingPoint(database, run, resume);
    refuseWhenDone(run, database, config, resume, choice);
    const from = resumeAt(database, run.checkpointsPath, choice);
    using tracking = new DisposableStack();
    const onLoaded = () => {
      changeConfig(run, database, config, from.step);
      track(present(engine), run, config, tracking);
    };
    let engine: Engine | undefined;
    using server = new ControlServer({
      socket,
      run: run.name,
      snapshot: () => present(engine).snapshot(),
      onCommand: (command, by) => present(engine).command(command, by),
      onLine: (line) => present(engine).log("info", "control", line),
    });
    const send = (message: ServerMessage) => server.broadcast(message);
    engine = new Engine({
      run,
      planned: plannedConfig(database, config, from.step),
      database,
      from,
      parts,
      onLoaded,
      send,
      viewers: () => server.viewers,
    });
    announceSocket(database, socket);
    const began = performance.now();
    const ended = await live(engine, { run, database, from });
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

/** Starts what sends the figures elsewhere, where that is asked for. */
function track(engine: Engine, run: RunDirectory, { tracking }: Config, opened: DisposableStack): void {
  const tracker = launchTracker(run, tracking, (sentence) => engine.log("warning", "tracking", sentence));
  if (!tracker) return;
  opened.use(tracker);
  engine.log("info", "tracking", `figures are sent beside the run; messages in ${tracker.log}`);
}

/** A launcher connects within this after the engine began, milliseconds. */
const LAUNCHER_MS = 2000;

/** How often is looked whether the run's directory is still there, milliseconds. */
const PRESENCE_MS = 500;

type Ended = Extract<ServerMessage, { kind: "ended" }>;

/** Trains to an end of any kind, stores it, and frees what the engine held. */
async function live(
  engine: Engine,
  { run, database, from }: { run: RunDirectory; database: RunDatabase; from: ResumePoint },
): Promise<Ended> {
  const presence = new Presence(run);
  let watch: ReturnType<typeof setInterval> | undefined;
  const uncaught = Promise.withResolvers<never>();
  uncaught.promise.catch(() => undefined);
  const onUncaught = (error: unknown) => uncaught.reject(error);
  process.on("uncaughtException", onUncaught).on("unhandledRejection", onUncaught);
  const signals = stopOnSignals(engine);
  try {
    for (const warning of from.warnings) engine.log("warning", "engine", warning);
    if (from.step > 0) {
      const dropped = from.dropped > 0 ? `; ${from.dropped} later steps are dropped` : "";
      engine.log(
        from.dropped > 0 ? "warning" : "info",
        "engine",
        `going on after step ${from.step}${dropped}`,
      );
    }
    watch = setInterval(() => {
      const { gone } = presence;
      if (gone) engine.abandon(gone);
    }, PRESENCE_MS);
    const { state, reason } = await Promise.race([engine.run(), uncaught.promise]);
    await engine.close();
    setRunState(database, state, reason);
    engine.log("info", "engine", stateWords(state, reason));
    return { kind: "ended", state, reason, exitCode: 0 };
  } catch (failure) {
    // Whatever failed first: without its directory nothing can go on.
    const error = presence.gone ?? failure;
    const { message, mend, exitCode } = describeError(error);
    const reason = mend === undefined ? message : `${message}\n${mend}`;
    console.error(error);
    engine.log("error", "engine", reason);
    recordCrash(database, reason);
    printLastWords(error);
    return { kind: "ended", state: "crashed", reason, exitCode };
  } finally {
    clearInterval(watch);
    signals[Symbol.dispose]();
    process.off("uncaughtException", onUncaught).off("unhandledRejection", onUncaught);
  }
}

/**
 * A process entry: `<runDir> [--resume [N]] [--config JSON] [--unsafe-local]`. Exits with 0 when the run ended in order, else with the
 * error's code after its last words.
 */
export async function runEngineMain(
  argv: readonly string[],
  makeParts: (flags: { unsafeLocal: boolean }) => EngineParts,
): Promise<never> {
  try {
    const { unsafeLocal, ...options } = parseArguments(argv);
    process.exit(await runEngineProcess({ ...options, parts: makeParts({ unsafeLocal }) }));
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
  const given = flags.indexOf("--config");
  if (!runPath) throw new ConfigError("the engine needs the path of a run directory");
  return {
    runPath,
    resume: at >= 0 && (Number.isNaN(number) ? true : number),
    config: given >= 0 ? v.parse(ConfigSchema, JSON.parse(flags[given + 1] ?? "")) : undefined,
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
): Promise<ResumeChoice> {
  if (resume === false) return { checkpoint: null, broken: [] };
  return await choosePoint(database, run.checkpointsPath, resume === true ? undefined : resume);
}

/**
 * A run that has begun goes on only when that is asked for; one that has all its steps has nothing to do, unless
 * the last of them are lost with a damaged checkpoint.
 */
function refuseWhenDone(
  run: RunDirectory,
  database: RunDatabase,
  config: Config,
  resume: boolean | number,
  { checkpoint, broken }: ResumeChoice,
): void {
  const { name } = run;
  const { step, state, totalSteps } = runStatus(database);
  const sameData = Bun.deepEquals(run.config().training.algorithm, config.training.algorithm);
  // Other epochs are as many steps as the data says, once it is read.
  const steps = fixedSteps(config) ?? (sameData ? totalSteps : Number.POSITIVE_INFINITY);
  if (resume === false) {
    if (step === 0 && !isSeeded(database)) return;
    throw new RunError(`run ${name} has begun: it has ${step} steps`, {
      mend: "Go on with it by `--resume`, or name another run.",
    });
  }
  const wanted = typeof resume === "number" ? resume : step;
  if (wanted > steps) {
    throw new RunError(`run ${name} has ${step} finished steps, and ${steps} are fewer`, {
      mend: "Give a larger number with --steps; --resume checkpoint-N goes back to a step.",
    });
  }
  const start = broken.length > 0 ? (checkpoint?.step ?? 0) : wanted;
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
