import { existsSync, realpathSync } from "node:fs";
import { SandboxError } from "../errors/index.ts";

/** The Python that programs run on: one that exists inside the sandbox too. */
export interface Interpreter {
  /** Absolute path without symbolic links. */
  path: string;
  version: string;
  /** Files and directories it needs besides the system's libraries. */
  roots: string[];
}

/** Interpreters of the system; one under a home directory, such as pyenv's, is not visible inside. */
const CANDIDATES = [
  "/usr/bin/python3",
  "/usr/local/bin/python3",
  "/bin/python3",
  "/opt/homebrew/bin/python3",
  "/Library/Developer/CommandLineTools/usr/bin/python3",
];

const ASK = `
import sys, sysconfig
paths = sysconfig.get_paths()
print(sys.version.split()[0]); print(sys.executable); print(paths["stdlib"]); print(paths["platstdlib"])
`;

/** Finds the interpreter, by AZR_SANDBOX_PYTHON first. Raises SandboxError when no system one works. */
export function findInterpreter(candidates: readonly string[] = CANDIDATES): Interpreter {
  const named = process.env.AZR_SANDBOX_PYTHON;
  const reasons: string[] = [];
  for (const candidate of named ? [named] : candidates) {
    if (!existsSync(candidate)) continue;
    const path = realpathSync(candidate);
    if (/^\/(?:home|root|Users|tmp|var)\//.test(path)) {
      reasons.push(`${path} is in a directory that is hidden inside the sandbox`);
      continue;
    }
    const answer = Bun.spawnSync([path, "-s", "-S", "-B", "-c", ASK], { env: { PATH: "/usr/bin:/bin" } });
    const [version = "", , stdlib = "", platform = ""] = answer.stdout.toString().trim().split("\n");
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (!answer.success || major < 3 || minor < 8) {
      reasons.push(`${path} is ${version ? `Python ${version}` : "not working"}, 3.8 or newer is needed`);
      continue;
    }
    const roots = [...new Set([path, realpathSync(stdlib), realpathSync(platform)])];
    return { path, version, roots };
  }
  throw new SandboxError(
    `No Python for programs: ${reasons.join("; ") || `none of ${(named ? [named] : candidates).join(", ")} is there`}.`,
    {
      mend:
        process.platform === "darwin"
          ? "Install the command line tools: xcode-select --install"
          : "Install the system's python3 (Debian: apt-get install python3), or name one with AZR_SANDBOX_PYTHON.",
    },
  );
}
