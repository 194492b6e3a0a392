import type { RandomStream } from "../../src/random/stream.ts";
import type { ValueType } from "./operation.ts";
import { LETTERS } from "./program.ts";

/** Arguments of one call as Python source, `[3, 1, 2], 4`. */
export function drawInput(random: RandomStream, types: readonly ValueType[]): string {
  return types
    .map((type, i) => (type === "int" && i > 0 ? String(random.integer(0, 6)) : value(random, type)))
    .join(", ");
}

function value(random: RandomStream, type: ValueType): string {
  switch (type) {
    case "int":
      return String(random.uniform() < 0.93 ? random.integer(0, 12) : random.integer(-9, 20));
    case "list":
      return `[${items(random, () => random.integer(0, 9)).join(", ")}]`;
    case "str":
      return `'${items(random, () => random.pick(LETTERS)).join("")}'`;
    case "bool":
      return random.uniform() < 0.5 ? "True" : "False";
  }
}

/** Two to four. */
function items<T>(random: RandomStream, draw: () => T): T[] {
  return Array.from({ length: random.pick([2, 3, 3, 4]) }, draw);
}
