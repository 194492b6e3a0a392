import * as v from "valibot";
import { TASK_TYPES } from "./task-type.ts";

/**
 * The one description of a run's configuration: defaults, ranges and help text live on the fields. YAML
 * validation, `--set`, error messages, the stored resolved config, the JSON Schema and the reference page
 * are derived from it. Keys are snake_case, as in the YAML files.
 */

const help = v.description;
const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const belowOne = v.pipe(v.number(), v.minValue(0), v.ltValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const countOrZero = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Modules whose import makes a proposed program a bad task (arXiv 2505.03335, figure 8, and what it missed). */
export const DEFAULT_FORBIDDEN_MODULES = [
  "logging",
  "random",
  "multiprocessing",
  "pebble",
  "subprocess",
  "threading",
  "datetime",
  "time",
  "hashlib",
  "hmac",
  "bcrypt",
  "os",
  "sys",
  "shutil",
  "socket",
  "ctypes",
  "calendar",
  "asyncio",
  "signal",
  "pathlib",
];

const Model = v.strictObject({
  source: v.optional(
    v.pipe(
      v.string(),
      v.minLength(1),
      help(
        "Model name (smollm2-135m), Hugging Face repo id (owner/name or owner/name@revision), local directory or .gguf file.",
      ),
    ),
    "smollm2-135m",
  ),
  device: v.optional(
    v.pipe(v.picklist(["auto", "cpu", "gpu"]), help("auto takes the GPU where MLX has one.")),
    "auto",
  ),
});

const init = v.optional(
  v.pipe(
    v.string(),
    help(
      "Directory of trained weights to start from (adapters.safetensors, mlx-lm's too); none when absent.",
    ),
  ),
);

/** Of Llama, Mistral and Qwen models; the last three of GPT-2. */
const PROJECTIONS = [
  "q_proj",
  "k_proj",
  "v_proj",
  "o_proj",
  "gate_proj",
  "up_proj",
  "down_proj",
  "c_attn",
  "c_proj",
  "c_fc",
] as const;

const Adapter = v.variant("type", [
  v.strictObject({
    type: v.pipe(
      v.literal("lora"),
      help("Train low-rank adapters; the model's weights stay frozen (and 4-bit on GPU backends)."),
    ),
    rank: v.optional(v.pipe(count, help("Rank of the adapters.")), 16),
    alpha: v.optional(v.pipe(positive, help("Adapters are scaled by alpha / rank.")), 32),
    dropout: v.optional(v.pipe(belowOne, help("Dropout on the adapter's input while training.")), 0),
    layers: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(-1), help("Adapt the last N layers; -1 adapts all.")),
      -1,
    ),
    targets: v.optional(
      v.pipe(
        v.array(v.picklist(["all", ...PROJECTIONS])),
        v.minLength(1),
        help("Projections that get an adapter; all takes every one that the architecture has."),
      ),
      ["all"],
    ),
    init,
  }),
  v.strictObject({
    type: v.pipe(v.literal("full"), help("Train every weight (small models only).")),
    init,
  }),
]);

const Sampling = v.strictObject({
  temperature: v.optional(v.pipe(v.number(), v.minValue(0), help("Sampling temperature; 0 is greedy.")), 1),
  top_p: v.optional(
    v.pipe(probability, help("Nucleus: keep the smallest set of tokens with this much probability.")),
    1,
  ),
  top_k: v.optional(v.pipe(countOrZero, help("Keep the k most likely tokens; 0 keeps all.")), 0),
  max_tokens: v.optional(v.pipe(count, help("Most new tokens per sample.")), 512),
});

const SelfPlay = v.strictObject({
  tasks: v.optional(v.pipe(v.array(v.picklist(TASK_TYPES)), v.minLength(1), help("Task types of the run.")), [
    ...TASK_TYPES,
  ]),
  prompt: v.optional(
    v.pipe(
      v.picklist(["full", "compact"]),
      help(
        "full is AZR's prompt with think and answer tags; compact is a few-shot text for small models and contexts.",
      ),
    ),
    "full",
  ),
  proposals: v.optional(v.pipe(count, help("Tasks proposed per type and step.")), 64),
  tasks_per_step: v.optional(
    v.pipe(count, help("Tasks solved per type and step: this step's new ones first, then the buffer.")),
    64,
  ),
  samples_per_prompt: v.optional(
    v.pipe(count, help("Proposals drawn from one prompt, whose references are then shared.")),
    1,
  ),
  duplicates: v.optional(
    v.pipe(
      v.picklist(["estimate", "reject"]),
      help(
        "A valid proposal that is in the buffer already is rewarded as any other (estimate, as in the paper) or as invalid (reject). It is never admitted twice.",
      ),
    ),
    "estimate",
  ),
  references: v.optional(v.pipe(countOrZero, help("Reference tasks (K) shown to the proposer.")), 6),
  estimation_samples: v.optional(
    v.pipe(count, help("Solver answers (n) per new task from which its solve rate is estimated.")),
    8,
  ),
  reuse_estimates: v.optional(
    v.pipe(v.boolean(), help("Train the solver on the estimation answers instead of generating anew.")),
    false,
  ),
  induction_inputs: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(2),
      help("Inputs (N) of an induction task; the first half is shown, the rest hidden."),
    ),
    10,
  ),
  seed_tasks: v.optional(
    v.pipe(
      countOrZero,
      help(
        "Tasks per type to collect from the identity function before step 1; 0 starts from the identity function alone.",
      ),
    ),
    256,
  ),
  max_prompt_tokens: v.optional(
    v.pipe(count, help("A prompt that is longer is drawn again with other references.")),
    6144,
  ),
  forbidden_modules: v.optional(
    v.pipe(
      v.array(v.string()),
      help("A proposed program that imports one of these is rejected. Dotted names match a submodule."),
    ),
    DEFAULT_FORBIDDEN_MODULES,
  ),
  buffer_capacity: v.optional(v.pipe(count, help("Tasks kept per type.")), 16384),
  propose: v.optional(v.pipe(Sampling, help("Sampling of the proposer.")), {}),
  solve: v.optional(v.pipe(Sampling, help("Sampling of the solver.")), {}),
});

const Rewards = v.strictObject({
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

const Supervised = v.strictObject({
  type: v.pipe(
    v.literal("sft"),
    help("Supervised fine-tuning on a file of texts, in place of self-play: for warm starts."),
  ),
  data: v.pipe(
    v.string(),
    v.minLength(1),
    help(
      "JSONL file, gzip too; a row holds prompt and completion, or messages (chat template; loss on the assistant's turns), or text.",
    ),
  ),
  validation: v.optional(
    v.pipe(v.string(), help("JSONL file whose loss is measured while training; empty for none.")),
    "",
  ),
  held_out: v.optional(
    v.pipe(belowOne, help("Share of data's rows kept for validation where there is no validation file.")),
    0,
  ),
  validate_every: v.optional(
    v.pipe(count, help("Measure the validation loss before step 1, every N steps and at the end.")),
    20,
  ),
  epochs: v.optional(
    v.pipe(
      countOrZero,
      help("Passes over the data: they decide on the number of steps. 0 leaves it to `steps`."),
    ),
    1,
  ),
  batch_size: v.optional(v.pipe(count, help("Rows per step, which is one update.")), 8),
  max_length: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(2),
      help("Rows of more tokens, or more than the model reads, are left out and counted; none is cut."),
    ),
    2048,
  ),
  completion_only: v.optional(
    v.pipe(
      v.boolean(),
      help("Loss on completions and the assistant's turns alone; false covers prompts too."),
    ),
    true,
  ),
});

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
            "Weight of the KL divergence from the model without its adapters; 0 leaves it out. Needs adapter.type lora.",
          ),
        ),
        0,
      ),
      as: v.optional(
        v.pipe(
          v.picklist(["loss", "reward"]),
          help(
            "loss adds the k3 estimate of each token to the loss (arXiv 2402.03300, equation 4); reward takes the sum of log pi / reference over a response off its reward (arXiv 1909.08593).",
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
      help(
        "The probability ratio counts within 1 - clip and 1 + clip (PPO, arXiv 1707.06347). At a batch's only update the ratio is 1 and nothing is clipped: see epochs and minibatches.",
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

const Algorithm = v.variant("type", [
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
        "GRPO (arXiv 2402.03300): the responses to one prompt are compared with each other; needs several per prompt. A prompt whose responses have one reward teaches nothing.",
      ),
    ),
    standard_deviation: v.optional(
      v.pipe(
        v.boolean(),
        help(
          "Divide by the standard deviation of the prompt's rewards; false takes their distance from the mean alone (Dr. GRPO, arXiv 2503.20783).",
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
        "REINFORCE (Williams 1992; arXiv 2402.14740) without clipping; the batch's mean reward is the baseline.",
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

const Optimizer = v.strictObject({
  learning_rate: v.optional(v.pipe(positive, help("AdamW's peak learning rate.")), 1e-6),
  betas: v.optional(v.pipe(v.tuple([belowOne, belowOne]), help("AdamW's beta 1 and beta 2.")), [0.9, 0.999]),
  epsilon: v.optional(v.pipe(positive, help("AdamW's epsilon.")), 1e-8),
  weight_decay: v.optional(v.pipe(v.number(), v.minValue(0), help("Decoupled weight decay.")), 0.01),
  warmup_steps: v.optional(v.pipe(countOrZero, help("Steps of linear warm-up.")), 0),
  schedule: v.optional(
    v.pipe(
      v.picklist(["constant", "linear", "cosine"]),
      help(
        "Learning rate after the warm-up: stays at its peak, or falls to min_learning_rate by the end of the run (cosine: arXiv 1608.03983).",
      ),
    ),
    "constant",
  ),
  min_learning_rate: v.optional(
    v.pipe(v.number(), v.minValue(0), help("Where a linear or cosine schedule ends.")),
    0,
  ),
  gradient_clip: v.optional(v.pipe(positive, help("Largest global gradient norm.")), 1),
});

const Training = v.strictObject({
  algorithm: v.optional(Algorithm, { type: "trr++" }),
  optimizer: v.optional(Optimizer, {}),
  tokens_per_microbatch: v.optional(
    v.pipe(
      count,
      help("Most tokens per forward and backward pass, nothing padded; gradients accumulate over passes."),
    ),
    4096,
  ),
  max_skipped: v.optional(
    v.pipe(
      count,
      help("Updates in a row whose loss or gradient is not finite, after which the run ends with an error."),
    ),
    3,
  ),
  gradient_checkpointing: v.optional(
    v.pipe(
      v.boolean(),
      help("Recompute each layer in the backward pass: less memory, about a third more time."),
    ),
    true,
  ),
});

const Sandbox = v.strictObject({
  backend: v.optional(
    v.pipe(
      v.picklist(["auto", "firejail", "bwrap", "sandbox-exec", "unsafe-local"]),
      help("auto takes the strongest that proves itself. unsafe-local needs --unsafe-local as well."),
    ),
    "auto",
  ),
  workers: v.optional(v.pipe(countOrZero, help("Warm single-use workers; 0 means two per core.")), 0),
  timeout_ms: v.optional(
    v.pipe(count, v.maxValue(86_400_000), help("Wall-clock limit per program, milliseconds; a day at most.")),
    5000,
  ),
  memory_mb: v.optional(v.pipe(count, help("Address space per program, MiB.")), 1024),
});

const Evaluation = v.strictObject({
  every: v.optional(v.pipe(countOrZero, help("Evaluate every N steps; 0 never.")), 0),
  benchmark: v.optional(
    v.pipe(v.picklist(["humaneval"]), help("Benchmark of the evaluations while training.")),
    "humaneval",
  ),
  limit: v.optional(v.pipe(countOrZero, help("Problems per evaluation; 0 takes all.")), 0),
});

const Checkpoints = v.strictObject({
  every: v.optional(v.pipe(count, help("Write a checkpoint every N steps.")), 1),
  keep: v.optional(v.pipe(count, help("Keep the last N checkpoints.")), 3),
});

export const ConfigSchema = v.strictObject({
  seed: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(0),
      v.maxValue(2 ** 31 - 1),
      help("Every random draw of the run derives from it."),
    ),
    0,
  ),
  steps: v.optional(
    v.pipe(count, help("Steps of the run; with training.algorithm.epochs, those decide.")),
    500,
  ),
  model: v.optional(Model, {}),
  adapter: v.optional(Adapter, { type: "lora" }),
  selfplay: v.optional(SelfPlay, {}),
  rewards: v.optional(Rewards, {}),
  training: v.optional(Training, {}),
  sandbox: v.optional(Sandbox, {}),
  evaluation: v.optional(Evaluation, {}),
  checkpoints: v.optional(Checkpoints, {}),
});

/** A config with every default filled in. */
export type Config = v.InferOutput<typeof ConfigSchema>;
/** What a YAML file may hold. */
export type ConfigInput = v.InferInput<typeof ConfigSchema>;
