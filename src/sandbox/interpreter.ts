import { existsSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { SandboxError } from "../errors/index.ts";
import attempts from "./inside/attempts.py" with { type: "text" };
import errors from "./inside/errors.py" with { type: "text" };
import folding from "./inside/folding.py" with { type: "text" };
import imports from "./inside/imports.py" with { type: "text" };
import meaning from "./inside/meaning.py" with { type: "text" };
import names from "./inside/names.py" with { type: "text" };
import syntax from "./inside/syntax.py" with { type: "text" };
import values from "./inside/values.py" with { type: "text" };
import worker from "./inside/worker.py" with { type: "text" };

/** The inside of the sandbox as one module: it comes over a pipe, and has no files to import. */
const source = [names, values, errors, attempts, syntax, folding, meaning, imports, worker].join("\n\n");

/** The Python that programs run on: one that exists inside the sandbox too. */
export interface Interpreter {
  /** Absolute path without symbolic links. */
  path: string;
  version: string;
  /** The files of `inside` compiled by this interpreter and marshalled, so that no worker has to compile them again. */
  worker: Uint8Array;
  /** Files and directories it needs besides the system's libraries. */
  roots: string[];
  /** Directories of shared libraries, such as its own libpython, that the loader would not search by itself. */
  libraries: string[];
}

/** Interpreters of the system; one under a home directory, such as pyenv's, is not visible inside. */
const CANDIDATES = [
  "/usr/bin/python3",
  "/usr/local/bin/python3",
  "/bin/python3",
  "/opt/homebrew/bin/python3",
  "/Library/Developer/CommandLineTools/usr/bin/python3",
];

/** Reads the worker's source and answers with version, library directories, shared libraries and the marshalled code. */
const ASK = `
import marshal, sys, sysconfig
try:
    with open("/proc/self/maps") as maps:
        mapped = sorted({line.split(None, 5)[5].strip() for line in maps if ".so" in line})
except OSError:
    mapped = []
paths = sysconfig.get_paths()
code = compile(sys.stdin.buffer.read(), "<worker>", "exec")
print(sys.version.split()[0], paths["stdlib"], paths["platstdlib"], ":".join(mapped), marshal.dumps(code).hex(), sep="\\n")
`;

/** Where the sandbox shows nothing. */
const HIDDEN = /^\/(?:home|root|Users|tmp|var)\//;
/** Where the loader looks, and the sandbox shows everything. */
const SYSTEM_LIBRARIES = /^\/(?:usr\/)?(?:lib|lib32|lib64|libx32)\//;

/** Of the shared libraries that an interpreter has loaded, those that neither the system nor its own directories hold. */
export function ownLibraries(mapped: readonly string[], directories: readonly string[]): string[] {
  return mapped.filter(
    (file) =>
      !SYSTEM_LIBRARIES.test(file) && !directories.some((directory) => file.startsWith(`${directory}/`)),
  );
}

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
    if (HIDDEN.test(path)) {
      reasons.push(`${path} is in a directory that is hidden inside the sandbox`);
      continue;
    }
    // Isolated, and away from where azr-tui was started: with -c, modules of that directory would come first.
    const answer = Bun.spawnSync([path, "-I", "-S", "-B", "-c", ASK], {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8" },
      stdin: Buffer.from(source),
    });
    const [version = "", stdlib = "", platform = "", mapped = "", code = ""] = answer.stdout
      .toString()
      .trim()
      .split("\n");
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (!answer.success || major < 3 || minor < 8) {
      reasons.push(`${path} is ${version ? `Python ${version}` : "not working"}, 3.8 or newer is needed`);
      continue;
    }
    const directories = [realpathSync(stdlib), realpathSync(platform)];
    const own = ownLibraries(mapped.split(":").filter(Boolean), directories);
    const hidden = [...directories, ...own].find((file) => HIDDEN.test(file));
    if (hidden) {
      reasons.push(`${path} needs ${hidden}, which is hidden inside the sandbox`);
      continue;
    }
    return {
      path,
      version,
      worker: Buffer.from(code, "hex"),
      roots: [...new Set([path, ...directories, ...own])],
      libraries: [...new Set(own.map((file) => dirname(file)))],
    };
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
