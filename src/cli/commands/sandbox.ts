import { type Command, InvalidArgumentError, Option } from "commander";
import * as v from "valibot";
import { type Config, ConfigSchema } from "../../config/schema.ts";
import { MEMORY_MB, MOST_TIMEOUT_MS } from "../../config/sections/sandbox.ts";
import { ConfigError } from "../../errors/index.ts";
import type { BackendCheck } from "../../sandbox/check.ts";
import type { CallResult, ProgramResult } from "../../sandbox/executor.ts";
import { wholeNumberFrom } from "../numbers.ts";
import { pythonProgram, readNamedFile, utf8Text } from "../source-text.ts";
import { say } from "../terminal.ts";

interface RunOptions {
  call: string[];
  stdin?: string;
  backend: Config["sandbox"]["backend"];
  unsafeLocal?: boolean;
  timeout: number;
  memory: number;
  rules?: boolean;
  twice?: boolean;
  json?: boolean;
}

const defaults = v.parse(ConfigSchema, {}).sandbox;

/** `azr-tui sandbox check` and `azr-tui sandbox run`. */
export function registerSandbox(program: Command): void {
  const sandbox = program.command("sandbox").description("check the sandbox, or run one program in it");
  sandbox
    .command("check")
    .description("try every backend of this platform: its proof line by line, and its latency")
    .option("--json", "write the result as JSON")
    .action(check);
  sandbox
    .command("run")
    .description("run a Python program in the sandbox and print the values of calls")
    .argument("<file>", "the program; - reads it from standard input")
    .option("--call <expression>", "evaluate an expression after the program, repeatable", collectCalls, [])
    .option("--stdin <file>", "the program's standard input")
    .addOption(
      new Option("--backend <name>", "backend")
        .choices(["auto", "firejail", "bwrap", "sandbox-exec", "unsafe-local"])
        .default(defaults.backend),
    )
    .option("--unsafe-local", "allow the backend unsafe-local: no sandbox at all")
    .option(
      "--timeout <ms>",
      "milliseconds that it may compute, and that it may sleep; a day at most",
      wholeNumberFrom(1, MOST_TIMEOUT_MS),
      defaults.timeout_ms,
    )
    .option(
      "--memory <MiB>",
      `address space, MiB, from ${MEMORY_MB.least} to ${MEMORY_MB.most}`,
      wholeNumberFrom(MEMORY_MB.least, MEMORY_MB.most),
      defaults.memory_mb,
    )
    .option("--rules", "refuse the modules that self-play forbids")
    .option("--twice", "run under two hash seeds and require equal values and output")
    .option("--json", "write the result as JSON")
    .action(run);
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

async function check(options: { json?: boolean }): Promise<void> {
  const { checkSandbox } = await import("../../sandbox/check.ts");
  const checks = await checkSandbox(defaults);
  const best = checks.find((one) => one.usable);
  if (options.json) console.log(JSON.stringify({ usable: best?.backend ?? null, backends: checks }, null, 2));
  else {
    for (const one of checks) console.log(checkText(one));
    const order = checks.map((one) => one.backend).join(", then ");
    console.log(
      best ? `auto tries ${order}; it takes ${best.backend}.` : `No backend can be used (tried: ${order}).`,
    );
  }
  if (!best) process.exitCode = 4;
}

function checkText(one: BackendCheck): string {
  const lines = one.proof.map((line) => `  ${line.ok ? "ok    " : "FAILED"} ${line.name}: ${line.seen}`);
  const head = one.usable
    ? `${one.backend}: usable; ${one.startMs?.toFixed(0)} ms to a proven worker, ${one.handOverMs?.toFixed(1)} ms from hand-over to result`
    : `${one.backend}: not usable. ${[one.failure, one.mend].filter(Boolean).join(" ")}`;
  return [head, ...lines].join("\n");
}

async function run(file: string, options: RunOptions): Promise<void> {
  const { openSandbox } = await import("../../sandbox/open.ts");
  const backend = chosenBackend(options);
  if (file === "-" && options.stdin === "-") {
    throw new ConfigError("Standard input cannot be both the program and its input.", {
      mend: "Name a file for one of the two.",
    });
  }
  const program = pythonProgram(await readNamedFile(file), file);
  const stdin =
    options.stdin === undefined ? "" : utf8Text(await readNamedFile(options.stdin), options.stdin);
  await using pool = await openSandbox(
    { backend, workers: 1, timeout_ms: options.timeout, memory_mb: options.memory },
    { allowUnsafe: options.unsafeLocal ?? false, onPassedOver: say },
  );
  const forbiddenModules = options.rules ? v.parse(ConfigSchema, {}).selfplay.forbidden_modules : [];
  const twice = options.twice ?? false;
  const result = await pool.run({
    program,
    calls: options.call,
    stdin,
    forbiddenModules,
    checkDeterminism: twice,
    compareOutput: twice,
  });
  const { pythonRepr } = await import("../../sandbox/literals.ts");
  const value = (call: CallResult | undefined) => (call?.value ? pythonRepr(call.value) : null);
  if (options.json) console.log(JSON.stringify(report(result, options.call, value), null, 2));
  else {
    // A terminal obeys what it is shown, and the program is hostile. Another program gets the bytes as they are.
    const { printable } = await import("../../tui/printable.ts");
    const { outputBytes } = await import("../../sandbox/output-text.ts");
    print(result, options.call, value, printable, process.stdout.isTTY ? printable : outputBytes);
  }
  if (result.verdict !== "ok") process.exitCode = 1;
}

/** `--unsafe-local` takes the place of `auto`, and contradicts a backend with a sandbox. */
function chosenBackend(options: RunOptions): RunOptions["backend"] {
  if (options.unsafeLocal && options.backend === "auto") return "unsafe-local";
  if (options.unsafeLocal && options.backend !== "unsafe-local") {
    throw new ConfigError(`--unsafe-local means no sandbox, and --backend ${options.backend} means one.`, {
      mend: "Give one of the two.",
    });
  }
  return options.backend;
}

/** As `collect`, for expressions: an empty one is a slip of the shell. */
function collectCalls(value: string, all: string[]): string[] {
  if (value.trim() === "") throw new InvalidArgumentError("expected an expression, such as 'f(3)'");
  return collect(value, all);
}

type Repr = (call: CallResult | undefined) => string | null;

/** The JSON of `sandbox run`: `value` is the repr of the last call's value. */
function report(result: ProgramResult, calls: readonly string[], value: Repr) {
  return {
    status: result.verdict,
    value: value(result.calls.at(-1)),
    error: result.error ?? result.calls.find((call) => call.error)?.error ?? null,
    calls: calls.map((call, i) => ({
      call,
      status: result.calls[i]?.verdict ?? result.verdict,
      value: value(result.calls[i]),
      error: result.calls[i]?.error ?? null,
    })),
    stdout: result.stdout,
    wall_ms: result.wallMs,
    cpu_ms: result.cpuMs,
    peak_bytes: result.peakBytes,
    flags: result.flags,
  };
}

/** Output and values to stdout, what went wrong to stderr. */
function print(
  result: ProgramResult,
  calls: readonly string[],
  value: Repr,
  printable: (text: string) => string,
  shown: (text: string) => string | Uint8Array,
): void {
  process.stdout.write(shown(result.stdout));
  for (const [i, call] of result.calls.entries()) {
    const text = value(call);
    if (text !== null) console.log(text);
    else console.error(printable(`${calls[i]}: ${call.verdict}${errorText(call.error)}`));
  }
  if (result.verdict !== "ok" && result.calls.length < Math.max(1, calls.length)) {
    console.error(printable(`${result.verdict}${errorText(result.error)}`));
  }
  const used = `${result.wallMs.toFixed(1)} ms, ${result.cpuMs.toFixed(1)} ms CPU, ${(result.peakBytes / 2 ** 20).toFixed(1)} MiB`;
  console.error([used, ...flagsText(result.flags)].join("; "));
}

/** Imports were found before the program ran; the others it tried. */
function flagsText(flags: readonly string[]): string[] {
  const imports = flags.flatMap((flag) => /^import:(.*)/.exec(flag)?.[1] ?? []);
  const tried = flags.filter((flag) => !flag.startsWith("import:") && flag !== "violation");
  return [
    ...(imports.length > 0 ? [`forbidden imports: ${imports.join(", ")}`] : []),
    ...(tried.length > 0 ? [`tried: ${tried.join(", ")}`] : []),
  ];
}

function errorText(error: { type: string; message: string } | undefined): string {
  return error ? ` (${error.type}${error.message ? `: ${error.message}` : ""})` : "";
}
