import type { KeyContext } from "../keys/contexts.ts";

/** What stands on a screen in few letters, and what it means; shown in the help of its contexts. */
interface Terms {
  when: KeyContext;
  /** A context that other screens have beside it. */
  unless?: KeyContext;
  terms: readonly (readonly [name: string, meaning: string])[];
}

const TERMS: readonly Terms[] = [
  {
    when: "charts",
    unless: "compared",
    terms: [
      [
        "prop. proposer",
        "the proposer's reward in the last step: high where its tasks are neither too easy nor too hard",
      ],
      ["valid", "share of its proposals that became a task"],
      ["solv. solver", "the solver's reward in the last step"],
      ["right", "share of the solver's answers that are right"],
      ["uniq. different", "share of different programs among the proposals that ran"],
      ["buffer", "tasks that are kept to be solved and to be shown to the proposer"],
      ["learn. learnable", "learnability: how far tasks are from always and from never being solved"],
      ["t.prop tok/task", "tokens of a proposal, in the mean"],
      ["t.solv tok/answer", "tokens of an answer, in the mean"],
      ["overhead", "share of a step that is neither generation nor update"],
    ],
  },
  {
    when: "compared",
    terms: [
      ["1 ● 2 ■ 3 ▲ 4 ◆", "the runs, by the number that shows or hides one; · is hidden"],
      ["at step N", "what every run had at the crosshair; - where it had ended, or has no such figure"],
    ],
  },
  {
    when: "scores",
    terms: [
      [
        "53.8 (43.8-65.0)",
        "percent of the problems, and the interval that holds the true share 95 times of 100",
      ],
      ["-", "not measured"],
      ["·", "a step with a checkpoint that was not measured"],
      ["◂", "the step that the others are set beside"],
    ],
  },
];

/** What the help of a screen says beside its keys. */
export const termsOf = (contexts: readonly KeyContext[]): [name: string, meaning: string][] =>
  TERMS.filter(
    ({ when, unless }) => contexts.includes(when) && !(unless && contexts.includes(unless)),
  ).flatMap(({ terms }) => terms.map(([name, meaning]): [string, string] => [name, meaning]));
