import type { RandomStream } from "../../../random/stream.ts";
import type { Limits } from "./limits.ts";
import { type Body, indented, type Place, writeOperations } from "./program.ts";

/** Counters by depth, so that a loop within a loop has its own. */
const COUNTERS = ["i", "j", "m", "q"];

/** A loop with operations on the value that keep its shape; one over the items where it is a list of integers. */
export function loop(place: Place, operations: number, limits: Limits, random: RandomStream): Body {
  if (place.shape === "integers" && operations >= 3) return fold(place, operations, limits, random);
  const counter = COUNTERS[place.depth % COUNTERS.length] as string;
  const times = random.integer(2, 3);
  const inner = { ...place, depth: place.depth + 1, second: counter, looping: true };
  const body = writeOperations(inner, operations - 1, limits, random);
  return {
    lines: [`for ${counter} in range(1, ${times + 1}):`, ...indented(body.lines)],
    says: [`for ${counter} from 1 to ${times}, ${body.says.join(" and ")}`],
  };
}

/** Each item goes through operations on an integer and into a new list. */
function fold(place: Place, operations: number, limits: Limits, random: RandomStream): Body {
  const item = `v${place.depth}`;
  const result = `out${place.depth}`;
  const inner: Place = {
    shape: "integer",
    variable: item,
    second: place.second,
    depth: place.depth + 1,
    looping: true,
    last: null,
  };
  const body = writeOperations(inner, operations - 2, limits, random);
  return {
    lines: [
      `${result} = []`,
      `for ${item} in ${place.variable}:`,
      ...indented([...body.lines, `${result}.append(${item})`]),
      `${place.variable} = ${result}`,
    ],
    says: [`with each item: ${body.says.join(" and ")}`],
  };
}
