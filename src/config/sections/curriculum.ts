import * as v from "valibot";
import { count, help, positive, probability } from "./fields.ts";

/** Whether the tasks follow what the solver can do. */
export const Curriculum = v.variant("type", [
  v.strictObject({
    type: v.pipe(
      v.literal("fixed"),
      help("The difficulty stays and buffer tasks are drawn as selfplay says."),
    ),
  }),
  v.strictObject({
    type: v.pipe(
      v.literal("adaptive"),
      help(
        "Each type's difficulty moves so that the solve rate holds near a target. It is that of template tasks; buffer tasks to solve, and the references that the model is shown, are drawn by a last solve rate near 1 - difficulty; the full prompt names it.",
      ),
    ),
    target: v.optional(v.pipe(probability, help("The solve rate to hold.")), 0.5),
    rate: v.optional(
      v.pipe(
        positive,
        v.maxValue(1),
        help("After each step the difficulty moves by this much times (solve rate - target)."),
      ),
      0.2,
    ),
    start: v.optional(v.pipe(probability, help("Difficulty of the first step.")), 0.1),
    window: v.optional(v.pipe(count, help("Steps whose solve rates are averaged.")), 4),
  }),
]);
