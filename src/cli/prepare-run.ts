import type { BenchmarkName } from "../config/benchmark-name.ts";
import type { Config } from "../config/schema.ts";
import { evaluates } from "../config/sections/evaluation.ts";
import type { LaunchOptions } from "../engine/client.ts";
import { pinnedSource } from "../models/cached-models.ts";
import { checkBestFigure } from "../runs/best-figure.ts";
import { RunDirectory } from "../runs/run-directory.ts";
import type { RunPlan } from "../tui/services.ts";
import { checkConfig } from "./check-config.ts";
import { setUpAloud, type Wanted } from "./set-up.ts";
import { withWholePaths } from "./whole-paths.ts";

/** Refuses what can be refused at once. Raises RunError when the place is taken, ConfigError for settings at odds. */
export function checkPlan({ path, config, resume }: RunPlan): void {
  if (!resume) RunDirectory.refuseIfTaken(path);
  checkBestFigure(config);
}

/**
 * Sets up what the run needs, by default with progress on stderr, and writes the directory of a new one; how its engine is
 * launched. The settings of a run that goes on are stored by its engine, which may yet refuse them.
 * Raises RunError when the place is taken, SetupError, SandboxError and ModelLoadError when something is
 * missing, before anything is written.
 */
export async function prepareRun(
  plan: RunPlan,
  setUp: (wanted: Wanted) => Promise<unknown> = setUpAloud,
): Promise<LaunchOptions> {
  checkPlan(plan);
  const { path, resume, unsafeLocal = false } = plan;
  const config = resume ? plan.config : withWholePaths(plan.config);
  // Files that are not there and damaged rows are told before anything is fetched or written.
  await checkConfig(config, { goesOn: resume !== false });
  const { algorithm } = config.training;
  const executes = algorithm.type !== "sft" || evaluates(config.evaluation);
  await setUp({
    ...(executes ? { sandbox: config.sandbox, unsafeLocal } : {}),
    model: config.model.source,
    benchmarks: fetchedBenchmarks(config),
  });
  if (resume) return { resume, unsafeLocal, config };
  RunDirectory.create(path, withPinnedModel(config));
  return { resume, unsafeLocal };
}

/** The benchmarks whose data is fetched: of the others the config names a file. */
function fetchedBenchmarks({ evaluation }: Config): BenchmarkName[] {
  if (!evaluates(evaluation)) return [];
  return evaluation.benchmarks.filter((name) => evaluation.data[name] === "");
}

/** A run goes on with the weights that it began with, whatever commit is pulled meanwhile. */
function withPinnedModel(config: Config): Config {
  return { ...config, model: { ...config.model, source: pinnedSource(config.model.source) } };
}
