#!/usr/bin/env bun
/** Writes docs/reference/{cli,config,filters,keys,metrics,presets}.md from the program itself; a test checks that they are current. */
import { join } from "node:path";
import type { Command } from "commander";
import { loadConfig } from "../config/load.ts";
import { presets } from "../config/preset.ts";
import { configFields } from "../config/shape.ts";
import { filtersReference } from "../runs/filter/index.ts";
import { EVENT_LANGUAGE, GROUP_LANGUAGE, ROLLOUT_LANGUAGE, TASK_LANGUAGE } from "../runs/listings/index.ts";
import { METRICS } from "../runs/metric-names.ts";
import { keysReference } from "../tui/keys/reference.ts";
import { createProgram } from "./program.ts";
import { EXIT_CODES } from "./report-error.ts";

const NOTE = "<!-- Written by `bun run docs`; edit the source instead. -->\n\n";

/** Path under docs/reference -> content. */
export async function referencePages(): Promise<Record<string, string>> {
  return {
    "cli.md": NOTE + cliReference(await createProgram()),
    "config.md": NOTE + configReference(),
    "filters.md":
      NOTE +
      filtersReference({
        Tasks: TASK_LANGUAGE,
        Rollouts: ROLLOUT_LANGUAGE,
        "Groups of rollouts": GROUP_LANGUAGE,
        Log: EVENT_LANGUAGE,
      }),
    "keys.md": NOTE + keysReference(),
    "metrics.md": NOTE + metricsReference(),
    "presets.md": NOTE + presetsReference(),
  };
}

function cliReference(program: Command): string {
  const sections = commands(program).map(({ path, command }) => {
    const help = command
      .configureOutput({ getOutHelpWidth: () => 100 })
      .helpInformation()
      .trim();
    return `## ${path}\n\n\`\`\`\n${help}\n\`\`\`\n`;
  });
  const codes = EXIT_CODES.map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return `# Command line\n\nData goes to stdout, messages to stderr.\n\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n${codes.join("\n")}\n\n${sections.join("\n")}`;
}

/** Every command that does something, with its whole name. */
function commands(program: Command, prefix = program.name()): { path: string; command: Command }[] {
  return program.commands.flatMap((command) => {
    const path = `${prefix} ${command.name()}`;
    const own = [{ path, command: command as Command }];
    if (command.commands.length === 0) return own;
    // One with arguments of its own does something without its subcommands.
    return [...(command.registeredArguments.length > 0 ? own : []), ...commands(command as Command, path)];
  });
}

function configReference(): string {
  const rows = configFields().map(({ path, type, range, default: value, help, when }) => {
    const kind = [type, range, when && `when ${when}`].filter(Boolean).join("; ");
    const shown = value === undefined ? "" : `\`${JSON.stringify(value)}\``;
    return `| \`${path}\` | ${cell(kind)} | ${cell(shown)} | ${cell(help)} |`;
  });
  return [
    "# Configuration",
    "",
    "A run's configuration is the defaults below, a preset (`--preset`), a YAML file (`--config`) and",
    "`--set key=value`, each over the last. `azr-tui config show` prints the result, `azr-tui config schema --json`",
    "a JSON Schema for editors.",
    "",
    "| key | type | default | meaning |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function metricsReference(): string {
  const rows = METRICS.map(
    ({ name, unit, meaning, when }) =>
      `| \`${name}\` | ${unit} | ${cell(meaning)} | ${cell(when ?? "in every step of self-play")} |`,
  );
  return [
    "# Metrics",
    "",
    "Figures that each finished step leaves in the `metrics` table of `run.sqlite`. `<role>` is propose or solve,",
    "`<type>` a task type of the run; a share is from 0 to 1. Step 0 is the seeding. Steps on given texts",
    "(`training.algorithm.type: sft`) have the figures of the update, the time and the memory alone.",
    "",
    "| name | unit | meaning | present where |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function presetsReference(): string {
  const rows = presets().map(({ name, about }) => `| \`${name}\` | ${cell(about)} |`);
  const settings = presets().map(({ name }) => {
    const { model, adapter, selfplay, training, evaluation, rewards, steps } = loadConfig({ preset: name });
    const { algorithm, optimizer } = training;
    const paid = rewards.table.types.length > 0 ? "table" : rewards.learnability;
    const measured =
      evaluation.every > 0 ? `every ${evaluation.every}` : evaluation.start ? "before, after" : "";
    const packed = model.quantize === "none" ? "" : `, ${model.quantize} bits`;
    return `| \`${name}\` | ${model.source}${packed}; ${adapter.type} | ${selfplay.tasks.join(", ")} | ${selfplay.proposer.type}, ${selfplay.proposals} a type | ${paid} | ${algorithm.type}, ${optimizer.learning_rate} | ${steps} | ${measured && `${evaluation.benchmarks.join(", ")} ${measured}`} |`;
  });
  return [
    "# Presets",
    "",
    "Files of `presets/`: `azr-tui train --preset NAME`. `azr-tui config show --preset NAME` prints one with every",
    "default filled in; `--config` and `--set` are laid over it. [presets.md](../presets.md) says what each takes over from",
    "the system that it is named after.",
    "",
    "| preset | what it is for |",
    "| --- | --- |",
    ...rows,
    "",
    "| preset | model; trained | tasks | proposals | reward of proposals | algorithm, learning rate | steps | evaluation |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...settings,
    "",
  ].join("\n");
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

if (import.meta.main) {
  for (const [name, content] of Object.entries(await referencePages())) {
    await Bun.write(join(import.meta.dir, "..", "..", "docs", "reference", name), content);
  }
}
