import { existsSync, realpathSync } from "node:fs";
import { SandboxError } from "../errors/index.ts";
import source from "./worker.py" with { type: "text" };

/** The Python that programs run on: one that exists inside the sandbox too. */
export interface Interpreter {
  /** Absolute path without symbolic links. */
  path: string;
  version: string;
  /** worker.py compiled by this interpreter and marshalled, so that no worker has to compile it again. */
  worker: Uint8Array;
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

/** Reads worker.py and answers with version, library directories and the marshalled code in hexadecimal. */
const ASK = `
import marshal, sys, sysconfig
paths = sysconfig.get_paths()
code = compile(sys.stdin.buffer.read(), "<worker>", "exec")
print(sys.version.split()[0], paths["stdlib"], paths["platstdlib"], marshal.dumps(code).hex(), sep="\\n")
`;

let found: Interpreter | undefined;

/** Finds the interpreter, by AZR_SANDBOX_PYTHON first. Raises SandboxError when no system one works. */
export function findInterpreter(candidates: readonly string[] = CANDIDATES): Interpreter {
  if (candidates === CANDIDATES && found) return found;
  const interpreter = search(candidates);
  if (candidates === CANDIDATES) found = interpreter;
  return interpreter;
}

function search(candidates: readonly string[]): Interpreter {
  const named = process.env.AZR_SANDBOX_PYTHON;
  const reasons: string[] = [];
  for (const candidate of named ? [named] : candidates) {
    if (!existsSync(candidate)) continue;
    const path = realpathSync(candidate);
    if (/^\/(?:home|root|Users|tmp|var)\//.test(path)) {
      reasons.push(`${path} is in a directory that is hidden inside the sandbox`);
      continue;
    }
    const answer = Bun.spawnSync([path, "-s", "-S", "-B", "-c", ASK], {
      env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8" },
      stdin: Buffer.from(source),
    });
    const [version = "", stdlib = "", platform = "", code = ""] = answer.stdout.toString().trim().split("\n");
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (!answer.success || major < 3 || minor < 8) {
      reasons.push(`${path} is ${version ? `Python ${version}` : "not working"}, 3.8 or newer is needed`);
      continue;
    }
    const roots = [...new Set([path, realpathSync(stdlib), realpathSync(platform)])];
    return { path, version, worker: Buffer.from(code, "hex"), roots };
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
