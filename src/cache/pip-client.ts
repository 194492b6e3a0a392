import { SetupError } from "../errors/index.ts";

/** Commands that stand for pip and for Python on this machine, without their arguments. */
export interface PipClient {
  pip: readonly string[];
  python: readonly string[];
}

/** What pip is asked to fetch: one pinned wheel, for this platform or for a named one. */
export interface PipDownload {
  requirementsFile: string;
  destination: string;
  /** Platform tags such as `macosx_14_0_arm64`; empty means this machine. */
  platforms?: readonly string[];
}

/** The first of python3's pip, or uv, that answers. Throws SetupError naming what to install. */
export async function findPipClient(run = answers): Promise<PipClient> {
  const hasPython = await run(["python3", "--version"]);
  if (hasPython && (await run(["python3", "-m", "pip", "--version"]))) {
    return { pip: ["python3", "-m", "pip"], python: ["python3"] };
  }
  if (await run(["uv", "--version"])) {
    return {
      pip: ["uv", "tool", "run", "pip"],
      python: hasPython ? ["python3"] : ["uv", "run", "--no-project", "python"],
    };
  }
  if (!hasPython) {
    throw new SetupError("python3 is not installed; azr-tui fetches its native parts with Python's pip.", {
      mend:
        process.platform === "darwin"
          ? "Install the developer tools: xcode-select --install"
          : "Install it, on Debian or Ubuntu: apt-get install python3 python3-pip",
    });
  }
  throw new SetupError("python3 is installed, but it has no pip (and uv is not installed either).", {
    mend:
      process.platform === "darwin"
        ? "Add pip: python3 -m ensurepip --user"
        : "Add pip, on Debian or Ubuntu: apt-get install python3-pip",
  });
}

async function answers(command: string[]): Promise<boolean> {
  const { execa } = await import("execa");
  const [file = "", ...rest] = command;
  return (
    (await execa(file, rest, { reject: false, stdin: "ignore", timeout: 30_000, cwd: "/" })).exitCode === 0
  );
}

/**
 * Runs pip with `staging` as its directory and for its own partial files: an abort leaves nothing behind, and `python3 -m
 * pip` takes modules of its directory first, which must not be the user's. Returns what pip wrote; throws
 * SetupError about the requirement.
 */
export async function runPip(
  pip: readonly string[],
  args: readonly string[],
  { requirement, staging }: { requirement: string; staging: string },
): Promise<string> {
  const { execa } = await import("execa");
  const [file = "", ...rest] = pip;
  const options = {
    reject: false,
    all: true,
    stdin: "ignore",
    cwd: staging,
    env: { TMPDIR: staging },
  } as const;
  const result = await execa(file, [...rest, ...args], options);
  if (result.exitCode !== 0) throw explainPipFailure(requirement, String(result.all ?? result.message));
  return String(result.all ?? "");
}

/** A requirements file of one requirement; pip takes the wheel whose hash is listed and refuses any other. */
export function requirementsText(requirement: string, hashes: readonly string[]): string {
  return `${[requirement, ...hashes.map((hash) => `--hash=sha256:${hash}`)].join(" \\\n    ")}\n`;
}

/** Arguments of `pip` that download one pinned wheel and nothing else. */
export function pipDownloadArguments({
  requirementsFile,
  destination,
  platforms = [],
}: PipDownload): string[] {
  return [
    "download",
    "--no-deps",
    "--only-binary=:all:",
    "--require-hashes",
    "--no-input",
    "--no-cache-dir",
    "--disable-pip-version-check",
    "--progress-bar=off",
    "--retries=3",
    ...platforms.map((platform) => `--platform=${platform}`),
    `--dest=${destination}`,
    `--requirement=${requirementsFile}`,
  ];
}

const NO_NETWORK =
  /NewConnectionError|NameResolutionError|Name or service not known|Temporary failure in name resolution|nodename nor servname|ConnectTimeout|ReadTimeout|ProxyError|Connection refused|Network is unreachable|Connection broken|SSLError|Max retries exceeded|Connection reset/i;

/** Turns pip's output after a failure into one error with its mend. */
export function explainPipFailure(requirement: string, output: string): SetupError {
  if (/No space left on device|Errno 28\b/.test(output)) {
    return new SetupError(`The disk is full: ${requirement} could not be downloaded.`, {
      mend: "Free some space, or set AZR_CACHE_DIR to a directory on another disk, and run again.",
    });
  }
  if (/DO NOT MATCH THE HASHES|hash mismatch/i.test(output)) {
    return new SetupError(`${requirement} from the package index does not have the expected SHA-256.`, {
      mend: "Run again. If it stays, pip is configured for an index with other files: see `pip config list`.",
    });
  }
  if (NO_NETWORK.test(output)) {
    return new SetupError(`The Python package index could not be reached for ${requirement}.`, {
      mend: "Check the network (and pip's index and proxy: `pip config list`), then run again.",
    });
  }
  const needed = new RegExp(`\\b${versionOf(requirement)} Requires-Python ([^;\\s]+)`).exec(output)?.[1];
  if (needed !== undefined) {
    return new SetupError(`${requirement} needs Python ${needed}.`, {
      mend: "Install such a Python as python3, or uv, then run again.",
    });
  }
  if (/No matching distribution|Could not find a version/i.test(output)) {
    return new SetupError(`The package index has no wheel of ${requirement} for this platform and Python.`, {
      mend: "Linux x86-64 or arm64 with glibc 2.35 or newer, or macOS 14 or newer on Apple Silicon, is needed; a mirror of the index may also lack it.",
    });
  }
  const tail = output.trim().split("\n").slice(-6).join("\n");
  return new SetupError(`pip could not download ${requirement}:\n${tail || "(it said nothing)"}`, {
    mend: "Run again; if it stays, try the same download with pip by hand.",
  });
}

/** The version of `name==version`, to stand in a pattern. */
const versionOf = (requirement: string): string => (requirement.split("==")[1] ?? "").replaceAll(".", "\\.");
