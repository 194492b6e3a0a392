import { readCruxevalOutput } from "../../src/evaluation/benchmarks/cruxeval.ts";
import { parseLiteral, pythonRepr } from "../../src/sandbox/literals.ts";
import type { Task } from "./frozen-play.ts";

/** CRUXEval's problems as tasks of deduction, so that a model is asked about them as self-play asks. */
export async function cruxevalTasks(path: string): Promise<Task[]> {
  const { problems } = await readCruxevalOutput(path);
  return problems.flatMap(({ code, input, output }): Task[] => {
    const value = parseLiteral(output);
    if (!value) return [];
    const task = { program: code, inputs: [input], outputs: [pythonRepr(value)], message: null };
    return [{ type: "deduction", task }];
  });
}
