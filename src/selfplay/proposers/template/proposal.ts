import type { TaskType } from "../../../interfaces/role.ts";
import type { RandomStream } from "../../../random/stream.ts";
import type { TaskRecord } from "../../../runs/records.ts";
import { parseLiteral } from "../../../sandbox/literals.ts";
import type { Proposal } from "../../proposal.ts";
import { drawFailure } from "./failures.ts";
import { drawInput } from "./inputs.ts";
import { type Limits, limitsOf } from "./limits.ts";
import { drawShape, indented, writeOperations } from "./program.ts";
import { type Shape, shapeOf, VARIABLES } from "./shape.ts";

export interface TemplateRequest {
  type: TaskType;
  /** In 0..1: 0 gives an integer or a text back, 1 is ten operations in nested blocks, on any shape. */
  difficulty: number;
  /** Inputs of an induction task. */
  inductionInputs: number;
  /** Earlier tasks that were solved: some programs are built on them. */
  successes: readonly TaskRecord[];
  random: RandomStream;
}

export interface TemplateProposal {
  proposal: Proposal;
  /** The earlier task that the program is built on, if any. */
  parents: number[];
}

/** Share of the programs that go on from an earlier success, where one fits. */
const EXTENSIONS = 0.3;

/** A task written by templates: well-formed, not executed yet. */
export function writeTemplate(request: TemplateRequest): TemplateProposal {
  const { type, random } = request;
  const limits = limitsOf(request.difficulty);
  const program = type === "deduction" || type === "abduction";
  if (program && limits.operations >= 1 && random.uniform() < EXTENSIONS) {
    const extended = extend(request.successes, limits, random);
    if (extended) return extended;
  }
  const shape = drawShape(limits, random);
  const second = limits.difficulty >= 0.3 && random.integer(0, 1) === 0 ? "b" : null;
  const place = { shape, variable: VARIABLES[shape], second, depth: 0, looping: false, last: null };
  const count = Math.floor(limits.operations + random.uniform());
  const { lines, says, end } = writeOperations(place, count, limits, random);
  if (type === "error-deduction") lines.push(drawFailure(end.shape, end.variable, random));
  const used = second !== null && lines.some((line) => /\bb\b/.test(line));
  // An induction's inputs are all different: there must be enough of the smallest shape.
  const wanted = type === "induction" ? request.inductionInputs : 1;
  const wide = { ...limits, magnitude: Math.max(limits.magnitude, 3 * wanted) };
  const draw = () => drawInput(shape, wide, random) + (used ? `, ${random.integer(1, 9)}` : "");
  const head = `def f(${VARIABLES[shape]}${used ? ", b" : ""}):`;
  const source = [head, ...indented([...lines, `return ${end.variable}`])].join("\n");
  if (type !== "induction")
    return { proposal: { program: source, inputs: [draw()], message: null }, parents: [] };
  const inputs = different(draw, request.inductionInputs);
  return { proposal: { program: source, inputs, message: hint(says, limits) }, parents: [] };
}

/** Draws until there are `count` different ones; a shape with few values may give fewer. */
function different(draw: () => string, count: number): string[] {
  const all = new Set<string>();
  for (let tries = 0; all.size < count && tries < 20 * count; tries++) all.add(draw());
  return [...all];
}

/** The steps in words; of hard programs only the first ones. */
function hint(says: readonly string[], { difficulty }: Limits): string {
  if (says.length === 0) return "It is given back.";
  const told = says.slice(0, Math.max(1, Math.ceil(says.length * (1 - difficulty / 2))));
  const text = told.join(", then ");
  const rest = told.length < says.length ? ", then more" : "";
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${rest}.`.slice(0, 600);
}

/** Longest program that is built on, in lines: the whole must stay a task of its difficulty. */
const EXTENDED_LINES = 12;

/**
 * A solved task's program as the helper `first`, and operations on what it gives for the input that is known to
 * run. Null where no success has a plain signature and an output that the templates take.
 */
function extend(
  successes: readonly TaskRecord[],
  limits: Limits,
  random: RandomStream,
): TemplateProposal | null {
  const most = Math.min(EXTENDED_LINES, 2 + limits.operations);
  const fitting = successes.flatMap((task) => {
    const parts = taskParts(task, most);
    return parts ? [{ task, ...parts }] : [];
  });
  if (fitting.length === 0) return null;
  const { task, parameters, shape } = random.pick(fitting);
  const size = task.program.split("\n").length - 2;
  const variable = VARIABLES[shape];
  const place = { shape, variable, second: null, depth: 0, looping: false, last: null };
  const { lines, end } = writeOperations(
    place,
    Math.max(1, Math.round(limits.operations) - size),
    limits,
    random,
  );
  const program = [
    task.program.replace(/\bf\b/, "first"),
    "",
    "",
    `def f(${parameters}):`,
    ...indented([`${variable} = first(${parameters})`, ...lines, `return ${end.variable}`]),
  ].join("\n");
  return { proposal: { program, inputs: [task.inputs[0] ?? ""], message: null }, parents: [task.id] };
}

/** Parameters and shape of the output of a program that can be called as a helper. */
function taskParts(task: TaskRecord, mostLines: number): { parameters: string; shape: Shape } | null {
  const { program, outputs, inputs } = task;
  if (inputs.length !== 1 || program.split("\n").length > mostLines) return null;
  // Named once, where it is defined: then renaming it is safe.
  if ((program.match(/\bf\b/g) ?? []).length !== 1 || /\bfirst\b/.test(program)) return null;
  const parameters = /^def f\((\w+(?:, *\w+)*)\):/m.exec(program)?.[1];
  const value = parseLiteral(outputs[0] ?? "");
  const shape = value && shapeOf(value);
  return parameters && shape ? { parameters, shape } : null;
}
