import * as v from "valibot";
import { help } from "./fields.ts";

export const Rewards = v.strictObject({
  learnability: v.optional(
    v.pipe(
      v.picklist(["paper", "official"]),
      help(
        "Proposer reward 1 - solve rate, and at solve rate 0 or 1: 0 (paper, equation 4) or -0.5 (official code).",
      ),
    ),
    "paper",
  ),
  wrong: v.optional(v.pipe(v.number(), help("Solver reward of a well-formed wrong answer.")), -0.5),
  malformed: v.optional(
    v.pipe(v.number(), help("Reward of a response that breaks the format, or of an invalid proposal.")),
    -1,
  ),
});
