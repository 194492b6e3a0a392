import { Command, CommanderError } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { registerAttach } from "./commands/attach.ts";
import { registerCompare } from "./commands/compare.ts";
import { registerConfig } from "./commands/config.ts";
import { registerData } from "./commands/data.ts";
import { registerDemo } from "./commands/demo.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerEval } from "./commands/eval/command.ts";
import { registerExport } from "./commands/export.ts";
import { registerGenerate } from "./commands/generate.ts";
import { registerModels } from "./commands/models.ts";
import { registerPresets } from "./commands/presets.ts";
import { registerPropose } from "./commands/propose.ts";
import { registerReport } from "./commands/report.ts";
import { registerRuns } from "./commands/runs.ts";
import { registerSandbox } from "./commands/sandbox.ts";
import { registerSetup } from "./commands/setup.ts";
import { registerSolve } from "./commands/solve.ts";
import { registerTrack } from "./commands/track.ts";
import { registerTrain } from "./commands/train.ts";
import { EXIT_CODES, reportError } from "./report-error.ts";

/** The whole command line. Command modules are light: what they run is imported when they run it. */
export function createProgram(): Command {
  const program = new Command("azr-tui")
    .description(
      "Absolute Zero Reasoner on your own machine: a language model proposes small Python tasks, a sandbox validates them, the same model solves them, and reinforcement learning updates it.",
    )
    .version(packageJson.version)
    .option("--verbose", "show where an error came from")
    .option("--no-mouse", "leave the mouse to the terminal, as AZR_NO_MOUSE=1 does")
    .hook("preAction", (command) => {
      if (command.opts().mouse === false) process.env.AZR_NO_MOUSE = "1";
    })
    .showHelpAfterError("(add --help for what is possible)")
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .addHelpText(
      "after",
      `\nExit codes:\n${EXIT_CODES.map(([code, text]) => `  ${String(code).padStart(3)}  ${text}`).join("\n")}`,
    );
  const register = [
    registerDemo,
    registerTrain,
    registerAttach,
    registerEval,
    registerData,
    registerGenerate,
    registerPropose,
    registerSolve,
    registerRuns,
    registerCompare,
    registerReport,
    registerTrack,
    registerExport,
    registerModels,
    registerSandbox,
    registerPresets,
    registerConfig,
    registerSetup,
    registerDoctor,
  ];
  for (const command of register) command(program);
  for (const command of allCommands(program)) command.exitOverride();
  return program;
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child as Command, ...allCommands(child as Command)]);
}

/** Runs one command line that names a command and returns its exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync(argv as string[], { from: "user" });
    return typeof process.exitCode === "number" ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportError(error, program.opts().verbose === true);
  }
}
