import * as v from "valibot";
import { TASK_TYPES } from "../task-type.ts";
import { count, help } from "./fields.ts";

/** Keys of a term that pays a valid proposal for what it is: min(coefficient x figure, most). Off at 0. */
const term = (what: string) => ({
  coefficient: v.optional(v.pipe(v.number(), v.minValue(0), help(`Weight of ${what}; 0 leaves it out.`)), 0),
  most: v.optional(v.pipe(v.number(), v.minValue(0), help("Most that it pays.")), 0.5),
});

export const Rewards = v.strictObject({
  learnability: v.optional(
    v.pipe(
      v.picklist(["paper", "official", "inverse", "peak", "constant"]),
      help(
        "Proposer reward from the solve rate r: 1 - r, and at r = 0 or 1: 0 (paper, equation 4) or -0.5 (official code); 1 - r everywhere (inverse); 1 - |2r - 1|, highest at 0.5 (peak); 1 whatever the solver makes of the task (constant).",
      ),
    ),
    "paper",
  ),
  wrong: v.optional(v.pipe(v.number(), help("Solver reward of a well-formed wrong answer.")), -0.5),
  malformed: v.optional(
    v.pipe(v.number(), help("Reward of a response that breaks the format, or of an invalid proposal.")),
    -1,
  ),
  repeat: v.optional(
    v.pipe(
      v.number(),
      help(
        "Of a valid proposal that repeats a task: added to its reward under selfplay.duplicates estimate (0 when absent), its whole reward under reject (malformed when absent).",
      ),
    ),
  ),
  shuffle: v.optional(
    v.pipe(
      v.boolean(),
      help(
        "Rewards are dealt out anew at random, within each role and type of a step, before they are learnt from: a control that shows what updates do without their signal. Stored rewards stay what was earned.",
      ),
    ),
    false,
  ),
  novelty: v.optional(
    v.strictObject({
      window: v.optional(
        v.pipe(
          count,
          help(
            "Novelty is 1 / (1 + uses), where uses counts the tasks of the last steps, this one included, whose program has the same skeleton: its AST with constants masked.",
          ),
        ),
        20,
      ),
      multiply: v.optional(
        v.pipe(v.boolean(), help("A positive learnability is multiplied by the novelty.")),
        false,
      ),
      penalty: v.optional(
        v.pipe(v.number(), v.minValue(0), help("penalty x (1 - novelty) is taken off; 0 leaves it out.")),
        0,
      ),
      ...term("the novelty of a program's skeleton"),
    }),
    {},
  ),
  complexity: v.optional(v.strictObject(term("cyclomatic complexity / 15")), {}),
  halstead: v.optional(
    v.strictObject(
      term("0.5 min(effort / 10,000, 1) + 0.3 min(cyclomatic / 10, 1) + 0.2 min(volume / 500, 1)"),
    ),
    {},
  ),
  edit_distance: v.optional(
    v.strictObject(term("the program's mean distance from its references (1 - difflib's ratio of the ASTs)")),
    {},
  ),
  answer_diversity: v.optional(
    v.strictObject({
      of: v.optional(
        v.pipe(
          v.picklist(["value", "type", "both"]),
          help(
            "What is counted: an answer's value, its type, or the mean of type and value within the type.",
          ),
        ),
        "value",
      ),
      ...term("1 - the share of the answer among the buffer's"),
    }),
    {},
  ),
  combine: v.optional(
    v.pipe(
      v.picklist(["sum", "multiply", "sum-multiply", "multiply-sum"]),
      help(
        "Learnability L and the terms T that are on: L + sum T, L x product T, L + product T, or L x sum T. Terms count only where L > 0.",
      ),
    ),
    "sum",
  ),
  table: v.optional(
    v.strictObject({
      types: v.optional(
        v.pipe(
          v.array(v.picklist(TASK_TYPES)),
          help(
            "Task types that are paid by this table, as minAZR does, the proposer whatever the solver makes of its task.",
          ),
        ),
        [],
      ),
      right: v.optional(v.pipe(v.number(), help("A valid proposal, a right answer.")), 10),
      unreadable: v.optional(
        v.pipe(
          v.number(),
          help(
            "Within the format, but no valid proposal, a repeat that selfplay.duplicates rejects, or no answer that can be read.",
          ),
        ),
        1,
      ),
      wrong: v.optional(v.pipe(v.number(), help("A wrong answer.")), 0),
      malformed: v.optional(v.pipe(v.number(), help("A response that breaks the format.")), -10),
    }),
    {},
  ),
});
