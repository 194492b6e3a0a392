import { type RandomStream, stream } from "../src/random/stream.ts";
import { newTask } from "../src/runs/new-task.ts";
import type { TaskRecord } from "../src/runs/records.ts";
import { writeInputsProposal, writeProgramProposal } from "../src/selfplay/prompts/tagged/propose.ts";
import { writeThoughtAnswer } from "../src/selfplay/prompts/tagged/solve.ts";
import { tagged } from "../src/selfplay/prompts/tagged/style.ts";
import type { ValueType } from "./grammar/operation.ts";
import { sourceOf } from "./grammar/program.ts";
import { INPUTS, type Step, type Task } from "./grammar/tasks.ts";

/** A text of the warm start, as the supervised trainer reads it. */
export interface Row {
  prompt: string;
  completion: string;
}

type Kind =
  | "propose deduction"
  | "propose abduction"
  | "propose induction"
  | "solve deduction"
  | "think deduction"
  | "solve abduction"
  | "solve induction"
  | "complete a function";

/**
 * Share of each kind of text. Two thoughts for each direct answer to a deduction, so that the solver can think. Abduction is
 * nearly left out of what it is taught: it knows the form of an answer and not how to find one.
 */
export type Mix = Readonly<Record<Kind, number>>;
export const MIX: Mix = {
  "propose deduction": 0.06,
  "propose abduction": 0.05,
  "propose induction": 0.09,
  "solve deduction": 0.16,
  "think deduction": 0.34,
  "solve abduction": 0.01,
  "solve induction": 0.13,
  "complete a function": 0.16,
};

/**
 * What is learnt after that: more functions to complete, under any names, and one thought for eight direct answers, so that
 * it hardly ever thinks: that it pays is what self-play has to teach it.
 */
export const NAMES_MIX: Mix = {
  "propose deduction": 0.05,
  "propose abduction": 0.04,
  "propose induction": 0.07,
  "solve deduction": 0.32,
  "think deduction": 0.04,
  "solve abduction": 0.006,
  "solve induction": 0.084,
  "complete a function": 0.39,
};

/** Pairs that induction's solver sees. */
const SHOWN = INPUTS / 2;

/** How texts are drawn. */
export interface Drawing {
  /** MIX where it is absent. */
  mix?: Mix;
  /** Whether functions to complete have names of any kind; else a few that come again and again. */
  anyNames?: boolean;
}

/** Text number `index` of a seed. `tasks` is not empty; any of them may be used. */
export function makeRow(
  seed: number,
  index: number,
  tasks: readonly Task[],
  { mix = MIX, anyNames = false }: Drawing = {},
): Row {
  const random = stream(seed, "tiny", "row", index);
  const kind = drawKind(random, mix);
  const task = random.pick(tasks);
  if (anyNames && kind === "complete a function") {
    const { prompt, completion } = completionRow(task, random, drawAnyNames);
    return { prompt, completion };
  }
  return TEXTS[kind](task, random, tasks);
}

function drawKind(random: RandomStream, mix: Mix): Kind {
  let at = random.uniform();
  const kinds = Object.entries(mix) as [Kind, number][];
  for (const [kind, share] of kinds) {
    at -= share;
    if (at < 0) return kind;
  }
  return "solve deduction";
}

type Text = (task: Task, random: RandomStream, tasks: readonly Task[]) => Row;

const TEXTS: Record<Kind, Text> = {
  "propose deduction": proposeProgram("deduction"),
  "propose abduction": proposeProgram("abduction"),
  "propose induction": ({ source, inputs, program }, random) => {
    const prompt = tagged.proposeInputs({
      program: source,
      known: inputs[0] ?? "",
      count: INPUTS,
      difficulty: null,
      random,
    });
    return { prompt: prompt.text, completion: writeInputsProposal(inputs, program.message) };
  },
  "solve deduction": (task, random) => {
    const at = random.integer(0, INPUTS - 1);
    return { prompt: solvePrompt("deduction", task, at), completion: task.outputs[at] ?? "" };
  },
  "think deduction": (task, random) => {
    const at = random.integer(0, INPUTS - 1);
    const answer = task.outputs[at] ?? "";
    const thought = thoughtOf(task.steps[at] ?? [], answer);
    return { prompt: solvePrompt("deduction", task, at), completion: writeThoughtAnswer(thought, answer) };
  },
  "solve abduction": (task, random) => {
    const at = random.integer(0, INPUTS - 1);
    return { prompt: solvePrompt("abduction", task, at), completion: task.inputs[at] ?? "" };
  },
  "solve induction": (task) => ({ prompt: solvePrompt("induction", task, 0), completion: task.source }),
  "complete a function": (task, random) => {
    const { prompt, completion } = completionRow(task, random);
    return { prompt, completion };
  },
};

/** A line for each operation; what the last one gives is left to the answer, where it is the answer. */
function thoughtOf(steps: readonly Step[], answer: string): string {
  const last = steps.length - 1;
  return steps
    .map(([operation, value], i) => (i === last && value === answer ? operation : `${operation} -> ${value}`))
    .join("\n");
}

/** The solver's prompt: of deduction and abduction from call `at` of the task, of induction from its first half. */
export function solvePrompt(type: "deduction" | "abduction" | "induction", task: Task, at: number): string {
  const shown = type === "induction" ? [0, SHOWN] : [at, at + 1];
  const exercise = {
    program: type === "induction" ? "" : task.source,
    inputs: task.inputs.slice(...shown),
    outputs: task.outputs.slice(...shown),
    message: type === "induction" ? task.program.message : null,
  };
  return tagged.solve(type, exercise).text;
}

/** None to two references, then a task of its own. */
function proposeProgram(type: "deduction" | "abduction"): Text {
  return ({ source, inputs }, random, tasks) => {
    const references = Array.from({ length: random.pick([0, 1, 1, 1, 2, 2]) }, () =>
      record(random.pick(tasks)),
    );
    const prompt = tagged.proposeProgram({
      type,
      references,
      given: [],
      forbiddenModules: [],
      difficulty: null,
      random,
    });
    return { prompt: prompt.text, completion: writeProgramProposal(source, random.pick(inputs)) };
  };
}

function record({ source, inputs, outputs }: Task): TaskRecord {
  return newTask({ id: 1, type: "deduction", origin: "template", program: source, inputs, outputs });
}

const FUNCTIONS =
  "compute solve change total adjust result value step apply make find work_out new_value shift_it get".split(
    " ",
  );
const NAMES: Readonly<Record<ValueType, readonly string[]>> = {
  int: ["n", "a", "b", "x", "number", "count", "amount", "k"],
  list: ["xs", "items", "values", "numbers", "ys", "a"],
  str: ["text", "word", "s", "name", "line", "a"],
  bool: ["flag"],
};

/** Names of a function and its arguments, and how the arguments are spoken of. */
interface Names {
  name: string;
  names: string[];
  spoken: string[];
}
type DrawNames = (random: RandomStream, types: readonly ValueType[]) => Names;

const drawFewNames: DrawNames = (random, types) => {
  const names: string[] = [];
  for (const type of types) names.push(random.pick(NAMES[type].filter((name) => !names.includes(name))));
  return { name: random.pick(FUNCTIONS), names, spoken: names };
};

const WORDS =
  "hours rest size price boxes letters left right top low high start end width height total first last data row points scores limit step age days weeks money cost sweets children groups seats marks words lines tokens pairs stack queue level weight speed time year month side area base angle ratio rate share part piece item thing book page shelf room house street city team player game move turn card deck coin bag cup plate table chair door key lock ring bell".split(
    " ",
  );
const SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu za br st tr".split(" ");

/** Any word, made up or not: the model is to copy names, not to know them. */
const drawAnyNames: DrawNames = (random, types) => {
  const word = (): string => {
    const kind = random.uniform();
    if (kind < 0.45) return random.pick(WORDS);
    if (kind < 0.75) return random.sample(SYLLABLES, random.integer(1, 3)).join("");
    return random.pick([..."abcdefghijklmnopqrstuvwxyz"]) + random.pick(["", "", "s", "s", "1", "2"]);
  };
  const long = () => (random.uniform() < 0.4 ? `${word()}_${word()}` : word());
  const names: string[] = [];
  while (names.length < types.length) {
    const name = random.uniform() < 0.3 ? random.pick(NAMES[types[names.length] as ValueType]) : word();
    // Words of Python's own, and x and s, which bodies use.
    if (!names.includes(name) && !["x", "s", "i", "if", "is", "as", "in", "or"].includes(name))
      names.push(name);
  }
  const called = random.uniform() < 0.3;
  const spoken = names.map((name, i) =>
    called && random.uniform() < 0.7 ? `the ${SPOKEN[types[i] as ValueType]} ${name}` : name,
  );
  return { name: long(), names, spoken };
};

const SPOKEN: Readonly<Record<ValueType, string>> = {
  int: "number",
  list: "list",
  str: "string",
  bool: "flag",
};

/** A function's head with a docstring and perhaps examples of a call, in the form of HumanEval; then its body. */
export function completionRow(
  { program, inputs, outputs }: Task,
  random: RandomStream,
  drawNames: DrawNames = drawFewNames,
): Row & { name: string } {
  const { name, names, spoken } = drawNames(random, program.arguments);
  const words = random.uniform() < 0.75 ? `Return ${program.noun(spoken)}.` : `${capital(program.message)}.`;
  const examples = inputs
    .slice(0, random.pick([0, 1, 1, 2]))
    .map((input, i) => `    >>> ${name}(${quoted(input)})\n    ${outputs[i]}\n`);
  const end = examples.length > 0 ? `\n${examples.join("")}    """` : '"""';
  const [head = ""] = sourceOf(program, name, names).split("\n");
  return {
    name,
    prompt: `${head}\n    """${words}${end}`,
    completion: `\n${program.body(names)}`,
  };
  /** Strings in calls are written with double quotes as often. */
  function quoted(input: string): string {
    return random.uniform() < 0.5 ? input : input.replaceAll("'", '"');
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
