import { Command, CommanderError } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { THEMES } from "../interfaces/theme.ts";
import { EXIT_CODES, reportError } from "./report-error.ts";
import { chooseTheme, leaveMouse } from "./screen-options.ts";

/** How a command puts itself on the command line. */
type Register = (program: Command) => void;

/** The commands, in the order of the help. The module of the one that is named is imported alone. */
const COMMANDS: ReadonlyMap<string, () => Promise<Register>> = new Map([
  ["demo", async () => (await import("./commands/demo.ts")).registerDemo],
  ["train", async () => (await import("./commands/train.ts")).registerTrain],
  ["attach", async () => (await import("./commands/attach.ts")).registerAttach],
  ["eval", async () => (await import("./commands/eval/command.ts")).registerEval],
  ["data", async () => (await import("./commands/data.ts")).registerData],
  ["generate", async () => (await import("./commands/generate.ts")).registerGenerate],
  ["propose", async () => (await import("./commands/propose.ts")).registerPropose],
  ["solve", async () => (await import("./commands/solve.ts")).registerSolve],
  ["runs", async () => (await import("./commands/runs.ts")).registerRuns],
  ["compare", async () => (await import("./commands/compare.ts")).registerCompare],
  ["report", async () => (await import("./commands/report.ts")).registerReport],
  ["track", async () => (await import("./commands/track.ts")).registerTrack],
  ["export", async () => (await import("./commands/export.ts")).registerExport],
  ["models", async () => (await import("./commands/models.ts")).registerModels],
  ["sandbox", async () => (await import("./commands/sandbox.ts")).registerSandbox],
  ["presets", async () => (await import("./commands/presets.ts")).registerPresets],
  ["config", async () => (await import("./commands/config.ts")).registerConfig],
  ["setup", async () => (await import("./commands/setup.ts")).registerSetup],
  ["doctor", async () => (await import("./commands/doctor.ts")).registerDoctor],
]);

/** The command line with the command of this name; with all commands where there is none of the name. */
export async function createProgram(name = ""): Promise<Command> {
  const program = new Command("azr-tui")
    .description(
      "Absolute Zero Reasoner on your own machine: a language model proposes small Python tasks, a sandbox validates them, the same model solves them, and reinforcement learning updates it.",
    )
    .version(packageJson.version)
    .option("--verbose", "show where an error came from")
    .option("--no-mouse", "leave the mouse to the terminal, as AZR_NO_MOUSE=1 does")
    .option(
      "--theme <name>",
      `colours of the screens: ${THEMES.join(", ")}, as AZR_THEME does; auto asks the terminal`,
    )
    .hook("preAction", (command) => {
      const { mouse, theme } = command.opts();
      if (mouse === false) leaveMouse();
      if (typeof theme === "string") chooseTheme(theme);
    })
    .showHelpAfterError("(add --help for what is possible)")
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .addHelpText(
      "after",
      `\nExit codes:\n${EXIT_CODES.map(([code, text]) => `  ${String(code).padStart(3)}  ${text}`).join("\n")}`,
    );
  const named = COMMANDS.get(name);
  const loading = named ? [named()] : [...COMMANDS.values()].map((load) => load());
  for (const register of await Promise.all(loading)) register(program);
  for (const command of allCommands(program)) command.exitOverride();
  return program;
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child as Command, ...allCommands(child as Command)]);
}

/** Runs one command line that names a command and returns its exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  // Of the options before a command one alone takes a value.
  const name = argv.find((word, index) => !word.startsWith("-") && argv[index - 1] !== "--theme");
  const program = await createProgram(name);
  try {
    await program.parseAsync(argv as string[], { from: "user" });
    return typeof process.exitCode === "number" ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportError(error, program.opts().verbose === true);
  }
}
