import type { AppsLevel, BenchmarkName } from "../../config/benchmark-name.ts";
import { ConfigError, ModelLoadError } from "../../errors/index.ts";
import type { Benchmark } from "../benchmark.ts";

/** One or several files that make up a benchmark. */
type Paths = readonly [string, ...string[]];

/** What may be chosen of a benchmark when it is read. */
export interface BenchmarkOptions {
  /** Worked examples in the prompt. */
  shots?: number;
  /** APPS: problems of one level alone. */
  level?: AppsLevel;
}

interface Entry {
  about: string;
  /** Numbers of worked examples that it has. */
  shots: readonly number[];
  read(paths: Paths, options: BenchmarkOptions): Promise<Benchmark>;
}

/** Every benchmark by its name. A reader is imported when its benchmark is read. */
const BENCHMARKS: Record<BenchmarkName, Entry> = {
  "azr-mini": {
    about: "100 small functions of three bands, which come with azr-tui (docs/azr-mini.md)",
    shots: [0],
    read: async (paths) => (await import("./azr-mini.ts")).readAzrMini(paths),
  },
  "tiny-heldout": {
    about: "800 tasks of small programs that the embedded model was not trained on (docs/tiny.md)",
    shots: [0],
    read: async ([path]) => (await import("./tiny-heldout.ts")).readTinyHeldout(path),
  },
  humaneval: {
    about: "164 functions to complete (Chen et al. 2021)",
    shots: [0],
    read: async ([path]) => (await import("./humaneval.ts")).readHumanEval(path),
  },
  "humaneval-plus": {
    about: "HumanEval with EvalPlus's many more tests",
    shots: [0],
    read: async ([path]) => (await import("./humaneval-plus.ts")).readHumanEvalPlus(path),
  },
  mbpp: {
    about: "500 short functions from a sentence and three tests (Austin et al. 2021)",
    shots: [0, 3],
    read: async (paths, options) => (await import("./mbpp.ts")).readMbpp(paths, options),
  },
  "mbpp-plus": {
    about: "MBPP with EvalPlus's many more tests",
    shots: [0],
    read: async ([path]) => (await import("./mbpp-plus.ts")).readMbppPlus(path),
  },
  apps: {
    about: "programs for contest problems of three levels (Hendrycks et al. 2021)",
    shots: [0],
    read: async ([path], options) => (await import("./apps.ts")).readApps(path, options),
  },
  "cruxeval-i": {
    about: "predict an input that gives an output (Gu et al. 2024)",
    shots: [0],
    read: async ([path]) => (await import("./cruxeval.ts")).readCruxevalInput(path),
  },
  "cruxeval-o": {
    about: "predict the output of a function (Gu et al. 2024)",
    shots: [0],
    read: async ([path]) => (await import("./cruxeval.ts")).readCruxevalOutput(path),
  },
  gsm8k: {
    about: "school mathematics in words (Cobbe et al. 2021); no program is run",
    shots: [0, 8],
    read: async ([path], options) => (await import("./gsm8k.ts")).readGsm8k(path, options),
  },
};

/** What a benchmark is, in a few words. */
export const aboutBenchmark = (name: BenchmarkName): string => BENCHMARKS[name].about;

/** Numbers of worked examples that a benchmark's prompt can have. */
export const shotsOf = (name: BenchmarkName): readonly number[] => BENCHMARKS[name].shots;

/** Reads a benchmark's file or files. Throws ConfigError for options that it does not have, ModelLoadError for the file. */
export async function readBenchmark(
  name: BenchmarkName,
  paths: string | Paths,
  options: BenchmarkOptions = {},
): Promise<Benchmark> {
  const entry = BENCHMARKS[name];
  const { shots = 0, level } = options;
  if (!entry.shots.includes(shots)) {
    throw new ConfigError(`${name} has ${entry.shots.join(" or ")} shots, not ${shots}.`, {
      mend: "Give --shots one of these, or leave it out.",
    });
  }
  if (level !== undefined && name !== "apps") {
    throw new ConfigError(`${name} has no levels; --level goes with apps.`, { mend: "Leave out --level." });
  }
  const benchmark = await entry.read(typeof paths === "string" ? [paths] : paths, options);
  refuseTwins(benchmark, [paths].flat().join(", "));
  return benchmark;
}

/** Samples belong to a problem by its id. */
function refuseTwins({ problems }: Benchmark, path: string): void {
  const seen = new Set<string>();
  for (const { id } of problems) {
    if (seen.has(id)) {
      throw new ModelLoadError(`${path} has two problems with the id ${id}.`, {
        mend: "Give each problem an id of its own, or remove the one that is there twice.",
      });
    }
    seen.add(id);
  }
}
