import { RunDirectory } from "../../src/runs/run-directory.ts";
import type { ProblemSet } from "./problem-sets.ts";
import { computation } from "./twins.ts";

/** How many of a set's deductions ask for a computation that was, in another writing, among a run's own tasks. */
export function met(run: string, sets: readonly ProblemSet[]): Record<string, number> {
  using database = RunDirectory.open(run).openDatabase({ readonly: true });
  const programs = database.all<{ program: string }>("SELECT DISTINCT program FROM tasks", []);
  const own = new Set(programs.map(({ program }) => computation(program)));
  return Object.fromEntries(
    sets.flatMap(({ name, problems, computations }) => {
      const isMet = (i: number) => problems[i]?.group === "deduction" && own.has(computations?.[i] ?? "");
      return computations ? [[name, problems.filter((_, i) => isMet(i)).length]] : [];
    }),
  );
}
