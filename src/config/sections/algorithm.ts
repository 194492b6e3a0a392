import * as v from "valibot";
import { count, help, positive } from "./fields.ts";
import { Supervised } from "./supervised.ts";

const entropy = v.pipe(
  v.number(),
  v.minValue(0),
  help("Coefficient of the entropy bonus (arXiv 1602.01783)."),
);

/** Keys of every algorithm that learns from rewards. */
const rewarded = {
  mean: v.optional(
    v.pipe(
      v.picklist(["sequence", "token"]),
      help(
        "The loss is the mean over sequences of the mean over a sequence's tokens, or over all tokens of the batch (DAPO, arXiv 2503.14476): long responses then weigh more.",
      ),
    ),
    "sequence",
  ),
  kl: v.optional(
    v.strictObject({
      coefficient: v.optional(
        v.pipe(
          v.number(),
          v.minValue(0),
          help(
            "Weight of the KL divergence from the model as it was loaded, without adapters; 0 leaves it out. With adapter.type full the weights are held once more for it.",
          ),
        ),
        0,
      ),
      as: v.optional(
        v.pipe(
          v.picklist(["loss", "reward"]),
          help(
            "loss adds the k3 estimate of each token to the loss (arXiv 2402.03300, equation 4); reward takes the sum of log pi / reference over a response off its reward (arXiv 1909.08593), which is then divided by the deviation of the rewards without it.",
          ),
        ),
        "loss",
      ),
    }),
    {},
  ),
};

/** Keys of the algorithms that may use a batch for several updates. */
const updates = (epochs: number) => ({
  epochs: v.optional(
    v.pipe(
      count,
      help("Times that a step's batch is learnt from; above 1 the ratio leaves 1 and clip binds."),
    ),
    epochs,
  ),
  minibatches: v.optional(
    v.pipe(
      count,
      help("Random parts of the batch, each for an update of its own (arXiv 1707.06347, algorithm 1)."),
    ),
    1,
  ),
});

/** Keys of the algorithms whose probability ratio is clipped. */
const clipped = {
  clip: v.optional(
    v.pipe(
      positive,
      v.ltValue(1),
      help(
        "The probability ratio counts within 1 - clip and 1 + clip (PPO, arXiv 1707.06347); it is never below 0, so that 1 or more would bind nothing there. At a batch's only update the ratio is 1 and nothing is clipped: see epochs and minibatches.",
      ),
    ),
    0.2,
  ),
  clip_high: v.optional(
    v.pipe(
      positive,
      help("Upper end of the range, 1 + clip_high (DAPO's clip-higher, arXiv 2503.14476); clip when absent."),
    ),
  ),
  ...rewarded,
};

export const Algorithm = v.variant("type", [
  v.strictObject({
    type: v.pipe(
      v.literal("trr++"),
      help(
        "Task-relative REINFORCE++ (arXiv 2505.03335, equation 8): rewards are standardised within each role and type.",
      ),
    ),
    ...clipped,
    ...updates(1),
    entropy: v.optional(entropy, 0.001),
  }),
  v.strictObject({
    type: v.pipe(
      v.literal("grpo"),
      help(
        "GRPO (arXiv 2402.03300): the responses to one prompt are compared with each other, of which there must be several (but see baseline). A prompt whose responses have one reward teaches nothing.",
      ),
    ),
    baseline: v.optional(
      v.pipe(
        v.picklist(["prompt", "batch"]),
        help(
          "What a reward is compared with: the other responses to its prompt, or all of the step's by its role and type (minAZR, with one response to a prompt).",
        ),
      ),
      "prompt",
    ),
    standard_deviation: v.optional(
      v.pipe(
        v.boolean(),
        help(
          "Divide by the standard deviation of the rewards compared; false takes their distance from the mean alone (Dr. GRPO, arXiv 2503.20783).",
        ),
      ),
      true,
    ),
    ...clipped,
    ...updates(1),
    entropy: v.optional(entropy, 0),
  }),
  v.strictObject({
    type: v.pipe(
      v.literal("reinforce"),
      help(
        "REINFORCE (Williams 1992; arXiv 2402.14740) without clipping; the batch's mean reward is the baseline. A batch is used once, for one update: without a ratio there is nothing to correct a second use by, so it has no epochs.",
      ),
    ),
    ...rewarded,
    entropy: v.optional(entropy, 0),
  }),
  v.strictObject({
    type: v.pipe(
      v.literal("ppo"),
      help("PPO's clipped loss (arXiv 1707.06347) on rewards standardised over the batch; no critic."),
    ),
    ...clipped,
    ...updates(4),
    entropy: v.optional(entropy, 0),
  }),
  Supervised,
]);
