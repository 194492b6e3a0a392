import * as v from "valibot";
import { PROMPT_STYLE_NAMES } from "../prompt-style.ts";
import { STRATEGIES } from "../strategy.ts";
import { DEFAULT_TASK_TYPES, TASK_TYPES } from "../task-type.ts";
import { Buffer } from "./buffer.ts";
import { Composites } from "./composites.ts";
import { Curriculum } from "./curriculum.ts";
import { Experience } from "./experience.ts";
import { count, countOrZero, help, probability } from "./fields.ts";
import { DEFAULT_FORBIDDEN_MODULES } from "./forbidden-modules.ts";
import { Proposer } from "./proposer.ts";
import { Sampling } from "./sampling.ts";

export const SelfPlay = v.strictObject({
  tasks: v.optional(v.pipe(v.array(v.picklist(TASK_TYPES)), v.minLength(1), help("Task types of the run.")), [
    ...DEFAULT_TASK_TYPES,
  ]),
  prompt: v.optional(
    v.pipe(
      v.picklist(["auto", ...PROMPT_STYLE_NAMES]),
      help(
        "full is AZR's prompt with think and answer tags; compact is a few-shot text for small models and contexts; tagged is bare data for a model that was trained on it. auto takes what the model's own files name, else full.",
      ),
    ),
    "auto",
  ),
  proposer: v.optional(Proposer, { type: "model" }),
  curriculum: v.optional(Curriculum, { type: "fixed" }),
  proposals: v.optional(v.pipe(count, help("Tasks proposed per type and step.")), 64),
  tasks_per_step: v.optional(
    v.pipe(count, help("Tasks per type and step that train the solver; drawn by selfplay.buffer.draw.")),
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
  check_messages: v.optional(
    v.pipe(
      v.picklist(["none", "message", "task"]),
      help(
        "Induction tasks of the model are turned down unless the program that it writes itself, greedily, gives every pair: from the message and one pair (message), or from what the solver sees (task). none asks nothing of a message.",
      ),
    ),
    "none",
  ),
  train_roles: v.optional(
    v.pipe(
      v.array(v.picklist(["propose", "solve"])),
      v.minLength(1),
      v.checkItems((role, index, all) => all.indexOf(role) === index, "each role once"),
      help(
        "What is learnt: to propose, to solve, or both (the paper). [solve] still has the model propose; [propose] has it solve for the estimates alone.",
      ),
    ),
    ["propose", "solve"],
  ),
  hold_out: v.optional(
    v.pipe(
      probability,
      help(
        "Share of all program texts, by their hash, that never become tasks, so that a test set of such programs measures what is learnt. Proposals of them count as repeats do.",
      ),
    ),
    0,
  ),
  references: v.optional(v.pipe(countOrZero, help("Reference tasks (K) shown to the proposer.")), 6),
  strategies: v.optional(
    v.pipe(
      v.array(v.picklist(STRATEGIES)),
      v.minLength(1),
      v.checkItems((strategy, index, all) => all.indexOf(strategy) === index, "each strategy once"),
      help(
        "How tasks are solved: an answer that is wrong under the first is tried anew under the next, and so on. Every attempt is rewarded and trained on; the solve rate counts the last ones.",
      ),
    ),
    ["direct"],
  ),
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
  buffer: v.optional(Buffer, {}),
  composites: v.optional(Composites, {}),
  experience: v.optional(Experience, {}),
  propose: v.optional(v.pipe(Sampling, help("Sampling of the proposer.")), {}),
  solve: v.optional(v.pipe(Sampling, help("Sampling of the solver.")), {}),
});
