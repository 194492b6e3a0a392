import { type Command, Option } from "commander";
import { PROMPT_STYLE_NAMES, type PromptStyleName } from "../../config/prompt-style.ts";
import { TASK_TYPES, type TaskType } from "../../config/task-type.ts";
import type { ProposedTask, TaskModel } from "../../selfplay/proposers/propose-task.ts";
import { share, temperature, wholeNumber, wholeNumberFrom, wholeNumberOrZero } from "../numbers.ts";
import { print, printJson, say, style } from "../terminal.ts";
import { addModelOptions, type ModelChoice } from "./chosen-model.ts";
import { type OpenedTaskModel, openTaskModel } from "./task-model.ts";

/** Inputs of an induction task: as many as a small model writes in the tokens that it gets. */
const SHORT_INPUTS = 4;
const DEFAULT_INPUTS = 10;
const MOST_INPUTS = 100;

interface ProposeCommandOptions extends ModelChoice {
  type: TaskType;
  difficulty: number;
  proposer?: "model" | "template";
  style?: PromptStyleName;
  count: number;
  inputs?: number;
  maxTokens?: number;
  temperature?: number;
  seed: number;
  json?: boolean;
}

/** `azr-tui propose`. */
export function registerPropose(program: Command): void {
  const command = program
    .command("propose")
    .description("write tasks of a type and a difficulty, each validated in the sandbox");
  addModelOptions(command)
    .addOption(new Option("--type <type>", "type of the tasks").choices(TASK_TYPES).default("deduction"))
    .option(
      "--difficulty <d>",
      "from 0 (the input is given back) to 1 (ten operations, nested); of a model, that of the references it is shown",
      share,
      0.3,
    )
    .addOption(
      new Option(
        "--proposer <who>",
        "templates, without a model, or the model (default: template, and model where --model is given)",
      ).choices(["model", "template"]),
    )
    .option("--adapter <directory>", "a LoRA adapter for the model")
    .addOption(
      new Option("--style <style>", "the prompt (default: the model's or run's own, else compact)").choices(
        PROMPT_STYLE_NAMES,
      ),
    )
    .option("-n, --count <n>", "tasks to propose", wholeNumber, 1)
    .option(
      "--inputs <n>",
      `inputs of an induction task, half of them shown (default: a run's own; ${SHORT_INPUTS} of a model with short prompts, else ${DEFAULT_INPUTS})`,
      wholeNumberFrom(2, MOST_INPUTS),
    )
    .option("--max-tokens <n>", "of the model: most new tokens per task", wholeNumber)
    .option("--temperature <t>", "of the model's sampling", temperature)
    .option("--seed <n>", "seed of every draw", wholeNumberOrZero, 0)
    .option("--json", "the proposals as JSON")
    .addHelpText(
      "after",
      `
Each proposal is printed with its verdict: ok, or why the sandbox or the parser turned it down.

Examples:
  azr-tui propose --type deduction --difficulty 0.7
  azr-tui propose --type induction --difficulty 0.4 --count 5 --json
  azr-tui propose --type abduction --model demo-1 --count 3`,
    )
    .action((options: ProposeCommandOptions) => proposeCommand(options, command));
}

async function proposeCommand(options: ProposeCommandOptions, command: Command): Promise<void> {
  const named = command.getOptionValueSource("model_path") === "cli" || options.adapter !== undefined;
  const byModel = (options.proposer ?? (named ? "model" : "template")) === "model";
  const { openSandbox } = await import("../../sandbox/open.ts");
  const { loadConfig } = await import("../../config/load.ts");
  const { proposeTasks } = await import("../../selfplay/proposers/propose-task.ts");
  await using executor = await openSandbox(loadConfig().sandbox);
  await using opened = byModel ? await openTaskModel(options) : null;
  const { difficulty, seed, count, type } = options;
  const { maxTokens: max_tokens, temperature: warmth, style: prompt } = options;
  const selfplay = {
    ...opened?.selfplay,
    ...(prompt ? { prompt } : {}),
    induction_inputs: inductionInputs(options, opened),
    propose: {
      ...(opened?.selfplay.propose ?? { temperature: 0.8, max_tokens: 200 }),
      ...(max_tokens === undefined ? {} : { max_tokens }),
      ...(warmth === undefined ? {} : { temperature: warmth }),
    },
  };
  const tasks = await proposeTasks(opened?.model ?? null, type, count, {
    difficulty,
    executor,
    seed,
    selfplay,
  });
  if (options.json) printJson(tasks.map((task) => plain(task, difficulty)));
  else await show(tasks);
  const valid = tasks.filter(({ task }) => task.ok).length;
  say(style.dim(`${valid} of ${count} valid, by ${opened?.title ?? "templates"}`));
}

/** As asked, else as the model's run had it, else as many as the prompts' length allows. */
export function inductionInputs(
  { inputs, style }: Pick<ProposeCommandOptions, "inputs" | "style">,
  opened: { model: Pick<TaskModel, "ownStyle">; selfplay: OpenedTaskModel["selfplay"] } | null,
): number {
  const chosen = inputs ?? opened?.selfplay.induction_inputs;
  if (chosen !== undefined) return chosen;
  if (opened === null) return DEFAULT_INPUTS;
  const set = style ?? opened.selfplay.prompt ?? "auto";
  const shown = set === "auto" ? (opened.model.ownStyle ?? "compact") : set;
  return shown === "full" ? DEFAULT_INPUTS : SHORT_INPUTS;
}

/** The JSON of one proposal. */
function plain({ type, origin, proposal, task, response, flags }: ProposedTask, difficulty: number) {
  return {
    type,
    origin,
    difficulty,
    verdict: task.ok ? "ok" : task.rejection.reason,
    detail: task.ok ? "" : task.rejection.detail,
    program: proposal?.program ?? null,
    inputs: proposal?.inputs ?? [],
    outputs: task.ok ? task.value.outputs : [],
    message: proposal?.message ?? null,
    response,
    flags,
  };
}

async function show(tasks: readonly ProposedTask[]): Promise<void> {
  const { stdoutText } = await import("../growing-text.ts");
  const shown = await stdoutText();
  for (const [index, { type, proposal, task, response }] of tasks.entries()) {
    const verdict = task.ok
      ? "ok"
      : `${task.rejection.reason}${task.rejection.detail && `: ${task.rejection.detail}`}`;
    print(`# ${index + 1}. ${type}: ${shown(verdict)}`);
    print(shown(proposal ? proposal.program : (response ?? "")));
    const outputs = task.ok ? task.value.outputs : [];
    for (const [i, input] of (proposal?.inputs ?? []).entries())
      print(shown(callText(type, input, outputs[i])));
    if (type === "mathematics" && task.ok) print(shown(`# answer: ${outputs[0]}`));
    if (proposal?.message) print(shown(`# ${proposal.message}`));
    print("");
  }
}

/** A call with its outcome, as far as that is known. */
function callText(type: TaskType, input: string, output: string | undefined): string {
  if (type === "error-deduction") return `f(${input})${output === undefined ? "" : `  # ends in: ${output}`}`;
  return `assert f(${input}) == ${output ?? "..."}`;
}
