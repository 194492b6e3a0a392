import { stream } from "../src/random/stream.ts";
import { makeTasks, type Task } from "./grammar/tasks.ts";
import { completionRow, solvePrompt } from "./rows.ts";

/** A problem of the benchmark tiny-heldout, see src/evaluation/benchmarks/tiny-heldout.ts. */
interface HeldOutProblem {
  id: string;
  type: "deduction" | "abduction" | "induction" | "completion";
  prompt: string;
  request: string;
  reference: string;
  program: string;
  entry: string;
  calls: [input: string, output: string][];
}

/** Programs drawn for each problem to find enough that are held out and different: short ones come often. */
const DRAWN_PER_PROBLEM = 60;

export interface HeldOutOptions {
  /** Programs drawn to find enough; most of those that are held out come more than once. */
  drawn?: number;
  /** Programs that are left out. */
  without?: (source: string) => boolean;
}

/** `count` problems of each type, by turns, each about a program of its own that no row of training holds. */
export async function heldOutProblems(
  seed: number,
  count: number,
  { drawn = 4 * count * DRAWN_PER_PROBLEM, without = () => false }: HeldOutOptions = {},
): Promise<HeldOutProblem[]> {
  const all = await makeTasks(seed, 0, drawn, { heldOut: true });
  const different = [...new Map(all.map((task) => [task.source, task])).values()].filter(
    ({ source }) => !without(source),
  );
  // What comes often was met first: in another order any first part of the set is as hard as the whole.
  const tasks = stream(seed, "tiny", "held out", "order").sample(different, 4 * count);
  if (tasks.length < 4 * count)
    throw new RangeError(
      `${tasks.length} different programs are held out of those drawn, and ${4 * count} are needed`,
    );
  return Array.from({ length: 4 * count }, (_, i) => {
    const make = MAKERS[i % MAKERS.length] as (typeof MAKERS)[number];
    return { id: `tiny/${String(i + 1).padStart(4, "0")}`, ...make(tasks[i] as Task, seed, i) };
  });
}

type Maker = (task: Task, seed: number, index: number) => Omit<HeldOutProblem, "id">;

const MAKERS: readonly Maker[] = [
  (task) => ({
    type: "deduction",
    prompt: solvePrompt("deduction", task, 0),
    request: `What does this call give? Answer with a Python literal.\n\n${task.source}\n\nf(${task.inputs[0]})`,
    reference: task.outputs[0] ?? "",
    ...judged(task, 0, 1),
  }),
  (task) => ({
    type: "abduction",
    prompt: solvePrompt("abduction", task, 0),
    request: `Which arguments make f give ${task.outputs[0]}? Answer with the arguments as Python literals, separated by commas.\n\n${task.source}`,
    reference: task.inputs[0] ?? "",
    ...judged(task, 0, 1),
  }),
  (task) => ({
    type: "induction",
    prompt: solvePrompt("induction", task, 0),
    request: `Write a Python function f: ${task.program.message}.\n\nf(${task.inputs[0]}) == ${task.outputs[0]}\nf(${task.inputs[1]}) == ${task.outputs[1]}`,
    reference: task.source,
    ...judged(task, 2, 4),
  }),
  (task, seed, index) => {
    const { prompt, completion, name } = completionRow(task, stream(seed, "tiny", "completion", index));
    return {
      type: "completion",
      prompt,
      request: `Complete this Python function. Answer with one code block that holds the whole function.\n\n${prompt}`,
      reference: completion,
      ...judged(task, 0, 4),
      entry: name,
    };
  },
];

function judged(task: Task, from: number, to: number): Pick<HeldOutProblem, "program" | "entry" | "calls"> {
  const pairs = task.inputs.map((input, i): [string, string] => [input, task.outputs[i] ?? ""]);
  return { program: task.source, entry: "f", calls: pairs.slice(from, to) };
}
