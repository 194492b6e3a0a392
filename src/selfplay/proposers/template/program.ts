import type { RandomStream } from "../../../random/stream.ts";
import type { Limits } from "./limits.ts";
import { loop } from "./loops.ts";
import { drawCondition, filled, OPERATIONS, type Operation } from "./operations.ts";
import { SHAPE_LEVELS, SHAPES, type Shape, VARIABLES } from "./shape.ts";

/** Statements of a function body, without its indentation, and what they do in words. */
export interface Body {
  lines: string[];
  says: string[];
}

/** Where a value stands while a program is written. */
export interface Place {
  shape: Shape;
  /** The variable that holds it. */
  variable: string;
  /** Another integer that operations may use: a parameter or a loop's counter. */
  second: string | null;
  /** Blocks around it. */
  depth: number;
  /** In a loop, where an operation is done again and again. */
  looping: boolean;
  /** The last operation, which is not drawn again at once. */
  last: Operation | null;
}

/** Operations that a block needs to draw from: with fewer it would only repeat itself. */
const ENOUGH = 3;

/** Writes `operations` operations on the value; it ends in the place that is returned. */
export function writeOperations(
  start: Place,
  operations: number,
  limits: Limits,
  random: RandomStream,
): Body & { end: Place } {
  const body: Body = { lines: [], says: [] };
  let place = start;
  let left = operations;
  while (left > 0) {
    const inner = { ...place, looping: true };
    const deeper =
      place.depth < limits.nesting &&
      left >= 2 &&
      candidates(inner, true, limits).length >= ENOUGH &&
      random.uniform() < 0.6;
    if (deeper) {
      const own = random.integer(2, Math.min(left, 5));
      const block =
        random.integer(0, 1) === 0 ? branch(place, own, limits, random) : loop(place, own, limits, random);
      push(body, block);
      left -= own;
      continue;
    }
    // Inside a block the value keeps its shape: the code after it must fit both ways.
    const operation = drawOperation(place, place.depth > 0, limits, random);
    const written = write(operation, place, random);
    push(body, written);
    place = { ...place, ...written.end, last: operation };
    left--;
  }
  return { ...body, end: place };
}

/** An if on the value with operations on either side that keep its shape. */
function branch(place: Place, operations: number, limits: Limits, random: RandomStream): Body {
  const { code, says } = drawCondition(place.shape, place.variable, random);
  const inner = { ...place, depth: place.depth + 1 };
  const first = writeOperations(inner, Math.ceil(operations / 2), limits, random);
  const second = writeOperations(
    { ...inner, last: first.end.last },
    Math.floor(operations / 2),
    limits,
    random,
  );
  return {
    lines: [`if ${code}:`, ...indented(first.lines), "else:", ...indented(second.lines)],
    says: [`if ${says}, ${first.says.join(" and ")}, else ${second.says.join(" and ")}`],
  };
}

function candidates(place: Place, keep: boolean, limits: Limits): Operation[] {
  return OPERATIONS.filter(
    ({ from, to, level, once }) =>
      from === place.shape &&
      level <= limits.difficulty &&
      SHAPE_LEVELS[to] <= limits.difficulty &&
      (!keep || to === from) &&
      !(place.looping && once),
  );
}

function drawOperation(place: Place, keep: boolean, limits: Limits, random: RandomStream): Operation {
  const all = candidates(place, keep, limits).filter((operation) => operation !== place.last);
  const [one, other] = [random.pick(all), random.pick(all)];
  // Of two drawn, the harder one with a probability that is the difficulty.
  const hard = random.uniform() < limits.difficulty;
  return one.level > other.level === hard ? one : other;
}

function write(
  operation: Operation,
  { shape, variable, second }: Place,
  random: RandomStream,
): Body & { end: Pick<Place, "shape" | "variable"> } {
  const { to, expression, says } = operation;
  const c = second !== null && random.integer(0, 2) > 0 ? second : String(random.integer(1, 9));
  const letters = {
    X: variable,
    C: c,
    K: String(random.integer(2, 5)),
    M: String(random.integer(6, 9)),
  };
  const target = to === shape ? variable : VARIABLES[to];
  return {
    lines: [`${target} = ${filled(expression, letters)}`],
    says: [filled(says, letters)],
    end: { shape: to, variable: target },
  };
}

/** A shape that a program of this difficulty may begin with. */
export function drawShape({ difficulty }: Limits, random: RandomStream): Shape {
  return random.pick(SHAPES.filter((shape) => SHAPE_LEVELS[shape] <= difficulty));
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `    ${line}`);
}

function push(body: Body, more: Body): void {
  body.lines.push(...more.lines);
  body.says.push(...more.says);
}
