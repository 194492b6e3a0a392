import { TASK_TYPES } from "../../src/config/task-type.ts";
import { type Curves, curves } from "../parts/curves.ts";
import { DRAWN } from "./picture.ts";
import { thoughts } from "./thoughts.ts";

const OF_EACH_TYPE = [
  "propose/TYPE/validity",
  "propose/TYPE/unique_recent",
  "solve/TYPE/solve_rate",
  "solve/TYPE/reward",
  "solve/TYPE/thoughts",
];

/** The curves of a run that tables and picture are made of, to four places. */
export function figuresOf(run: string): Curves {
  const all: Curves = { ...curves(run), ...thoughts(run) };
  const names = TASK_TYPES.flatMap((type) => OF_EACH_TYPE.map((name) => name.replace("TYPE", type)));
  const kept = [...new Set([...names, ...DRAWN])].flatMap((name) => {
    const points = all[name]?.map(([step, value]): [number, number] => [step, Number(value.toFixed(4))]);
    return points && points.length > 0 ? [[name, points] as const] : [];
  });
  return Object.fromEntries(kept);
}
