import * as v from "valibot";
import { help, probability } from "./fields.ts";

export const DEFAULT_DIFFICULTY = 0.3;

const difficulty = v.optional(
  v.pipe(
    probability,
    help(
      "Of template tasks: 0 gives a number or a text back, 1 is ten operations in nested blocks on any type. An adaptive curriculum moves it instead, from its own start.",
    ),
  ),
  DEFAULT_DIFFICULTY,
);

/** Who writes the tasks. */
export const Proposer = v.variant("type", [
  v.strictObject({
    type: v.pipe(
      v.literal("model"),
      help("The model writes every task, with earlier ones as references (the paper)."),
    ),
  }),
  v.strictObject({
    type: v.pipe(
      v.literal("template"),
      help(
        "Templates and earlier successes write the tasks, at a difficulty; the model learns to solve alone, and what is set of its proposals is not asked.",
      ),
    ),
    difficulty,
  }),
  v.strictObject({
    type: v.pipe(v.literal("mixed"), help("Templates write a share of the tasks, the model the others.")),
    share: v.optional(
      v.pipe(probability, help("Share of each type's proposals that the templates write.")),
      0.5,
    ),
    difficulty,
  }),
]);
