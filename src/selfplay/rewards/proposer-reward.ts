import type { Config } from "../../config/schema.ts";
import type { TaskType } from "../../interfaces/role.ts";
import { combine } from "./combine.ts";
import type { RewardComponents } from "./components.ts";
import { learnability } from "./learnability.ts";
import { novelty } from "./novelty.ts";
import { TERMS } from "./registry.ts";
import { paidByTable, tableReward } from "./table.ts";
import { type ProposalFigures, type Term, termReward } from "./term.ts";

type Rules = Config["rewards"];

/** How a proposal ended. */
export type ProposalOutcome =
  /** No proposal could be read; `formatted` when it kept the format all the same. */
  | { kind: "malformed"; formatted: boolean }
  | { kind: "invalid"; formatted: boolean }
  /** Valid, and turned down because it repeats a task. */
  | { kind: "repeat"; formatted: boolean }
  /** A valid task with its solve rate. `repeats` when it stands for an earlier task. */
  | { kind: "valid"; formatted: boolean; repeats: boolean; solveRate: number; figures: ProposalFigures };

/** The terms that the rules turn on. */
export function activeTerms(rules: Rules): Term[] {
  return TERMS.filter((term) => rules[term.name].coefficient > 0);
}

/** Names of the components of a proposal under some rules. */
function names(rules: Rules): string[] {
  const { novelty: skeletons, combine: how, repeat } = rules;
  const terms = activeTerms(rules).map((term) => term.name);
  return [
    "format",
    "validity",
    "learnability",
    ...(repeat === undefined ? [] : ["repeat"]),
    ...(skeletons.multiply || skeletons.penalty > 0 ? ["novelty"] : []),
    ...(how === "sum" || terms.length === 0 ? terms : ["intrinsic"]),
  ];
}

/**
 * A proposal's reward in its parts. A valid task in a broken format stays a task, but its author is paid as for
 * any broken format, whether it repeats one or not. By the table, a repeat that is turned down is paid as what cannot
 * be read. Terms are paid where the learnability, made smaller by novelty if so set, is above 0.
 */
export function proposerReward(type: TaskType, outcome: ProposalOutcome, rules: Rules): RewardComponents {
  if (paidByTable(type, rules)) {
    const row = outcome.kind === "valid" ? "right" : "unreadable";
    return tableReward(outcome.formatted ? row : "malformed", rules);
  }
  const components: RewardComponents = Object.fromEntries(names(rules).map((name) => [name, 0]));
  const pay = (parts: RewardComponents) => {
    for (const [name, value] of Object.entries(parts)) components[name] = (components[name] ?? 0) + value;
    return components;
  };
  if (outcome.kind === "malformed") return pay({ format: rules.malformed });
  if (outcome.kind === "invalid") return pay({ validity: rules.malformed });
  if (!outcome.formatted) return pay({ format: rules.malformed });
  if (outcome.kind === "repeat") {
    return pay(rules.repeat === undefined ? { validity: rules.malformed } : { repeat: rules.repeat });
  }

  const base = learnability(outcome.solveRate, rules.learnability);
  pay({ learnability: base });
  if (outcome.repeats && rules.repeat !== undefined) pay({ repeat: rules.repeat });
  const share = outcome.figures.skeletonUses === null ? 1 : novelty(outcome.figures.skeletonUses);
  const { multiply, penalty } = rules.novelty;
  const paid = multiply && base > 0 ? base * share : base;
  if (multiply || penalty > 0) pay({ novelty: paid - base - penalty * (1 - share) });
  if (base <= 0) return components;
  const terms = activeTerms(rules).map(
    (term) => [term.name, termReward(term, outcome.figures, rules)] as const,
  );
  return pay(combine(paid, Object.fromEntries(terms), rules.combine));
}
