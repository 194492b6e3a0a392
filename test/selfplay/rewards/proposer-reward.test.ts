import { expect, test } from "bun:test";
import type { ConfigInput } from "../../../src/config/schema.ts";
import { total } from "../../../src/selfplay/rewards/components.ts";
import { type ProposalOutcome, proposerReward } from "../../../src/selfplay/rewards/proposer-reward.ts";
import { makeConfig } from "../../runs/fixtures.ts";

const rules = (rewards: ConfigInput["rewards"] = {}) => makeConfig({ rewards }).rewards;

const figures = {
  program: {
    fingerprint: "",
    skeleton: "",
    cyclomatic: 6,
    halstead: { volume: 100, difficulty: 20, effort: 2000 },
    distances: [0.2, 0.6],
  },
  skeletonUses: 3,
  surprise: 0.9,
};
type Valid = Extract<ProposalOutcome, { kind: "valid" }>;
const valid = (over: Partial<Valid> = {}): Valid => ({
  kind: "valid",
  formatted: true,
  repeats: false,
  solveRate: 0.25,
  figures,
  ...over,
});

/** `[rewards, outcome, components]`; the reward is their sum. */
const TABLE: [string, ConfigInput["rewards"], ProposalOutcome, Record<string, number>][] = [
  ["a valid task", {}, valid(), { format: 0, validity: 0, learnability: 0.75 }],
  [
    "never solved",
    { learnability: "official" },
    valid({ solveRate: 0 }),
    { format: 0, validity: 0, learnability: -0.5 },
  ],
  [
    "a valid task in a broken format",
    {},
    valid({ formatted: false }),
    { format: -1, validity: 0, learnability: 0 },
  ],
  ["an invalid task", {}, { kind: "invalid", formatted: true }, { format: 0, validity: -1, learnability: 0 }],
  [
    "nothing to read",
    {},
    { kind: "malformed", formatted: false },
    { format: -1, validity: 0, learnability: 0 },
  ],
  [
    "a rejected repeat",
    {},
    { kind: "repeat", formatted: true },
    { format: 0, validity: -1, learnability: 0 },
  ],
  [
    "a rejected repeat at a price of its own",
    { repeat: -0.5 },
    { kind: "repeat", formatted: true },
    { format: 0, validity: 0, learnability: 0, repeat: -0.5 },
  ],
  [
    "a rejected repeat in a broken format: the format is paid for, not the repeat",
    { repeat: 0 },
    { kind: "repeat", formatted: false },
    { format: -1, validity: 0, learnability: 0, repeat: 0 },
  ],
  [
    "a rejected repeat by the table, as what cannot be read",
    { table: { types: ["deduction"] } },
    { kind: "repeat", formatted: true },
    { format: 1, correctness: 0 },
  ],
  [
    "a rejected repeat by the table, in a broken format",
    { table: { types: ["deduction"] } },
    { kind: "repeat", formatted: false },
    { format: -10, correctness: 0 },
  ],
  [
    "an estimated repeat",
    { repeat: -0.5 },
    valid({ repeats: true }),
    { format: 0, validity: 0, learnability: 0.75, repeat: -0.5 },
  ],
  // 6 / 15 = 0.4.
  [
    "complexity",
    { complexity: { coefficient: 0.5 } },
    valid(),
    { format: 0, validity: 0, learnability: 0.75, complexity: 0.2 },
  ],
  [
    "complexity, at most",
    { complexity: { coefficient: 10, most: 0.3 } },
    valid(),
    { format: 0, validity: 0, learnability: 0.75, complexity: 0.3 },
  ],
  // 0.5 x 0.2 + 0.3 x 0.6 + 0.2 x 0.2 = 0.32.
  [
    "halstead",
    { halstead: { coefficient: 1 } },
    valid(),
    { format: 0, validity: 0, learnability: 0.75, halstead: 0.32 },
  ],
  [
    "edit distance",
    { edit_distance: { coefficient: 0.5 } },
    valid(),
    { format: 0, validity: 0, learnability: 0.75, edit_distance: 0.2 },
  ],
  [
    "answer diversity",
    { answer_diversity: { coefficient: 0.5 } },
    valid(),
    { format: 0, validity: 0, learnability: 0.75, answer_diversity: 0.45 },
  ],
  // 1 / (1 + 3) = 0.25.
  [
    "novelty, as a term",
    { novelty: { coefficient: 1 } },
    valid(),
    { format: 0, validity: 0, learnability: 0.75, novelty: 0.25 },
  ],
  [
    "novelty, as a multiplier",
    { novelty: { multiply: true } },
    valid(),
    { format: 0, validity: 0, learnability: 0.75, novelty: -0.5625 },
  ],
  [
    "novelty, as a penalty",
    { novelty: { penalty: 0.5 } },
    valid(),
    { format: 0, validity: 0, learnability: 0.75, novelty: -0.375 },
  ],
  [
    "novelty, every way",
    { novelty: { multiply: true, penalty: 0.5, coefficient: 1 } },
    valid(),
    { format: 0, validity: 0, learnability: 0.75, novelty: -0.5625 - 0.375 + 0.25 },
  ],
  [
    "a program of a reference has no novelty of its own",
    { novelty: { multiply: true, penalty: 0.5, coefficient: 1 } },
    valid({ figures: { ...figures, skeletonUses: null } }),
    { format: 0, validity: 0, learnability: 0.75, novelty: 0 },
  ],
  [
    "terms count only above 0, penalties always",
    { novelty: { multiply: true, penalty: 0.5 }, complexity: { coefficient: 1 } },
    valid({ solveRate: 1 }),
    { format: 0, validity: 0, learnability: 0, novelty: -0.375, complexity: 0 },
  ],
  [
    "nothing known of the program",
    { complexity: { coefficient: 1 }, halstead: { coefficient: 1 }, edit_distance: { coefficient: 1 } },
    valid({ figures: { program: null, skeletonUses: null, surprise: null } }),
    { format: 0, validity: 0, learnability: 0.75, complexity: 0, halstead: 0, edit_distance: 0 },
  ],
  // Terms 0.4 and 0.45 on L = 0.75.
  ...(
    [
      ["multiply", 0.75 * 0.4 * 0.45 - 0.75],
      ["sum-multiply", 0.4 * 0.45],
      ["multiply-sum", 0.75 * (0.4 + 0.45) - 0.75],
    ] as const
  ).map(([combine, intrinsic]): (typeof TABLE)[number] => [
    `combined: ${combine}`,
    { combine, complexity: { coefficient: 1 }, answer_diversity: { coefficient: 0.5 } },
    valid(),
    { format: 0, validity: 0, learnability: 0.75, intrinsic },
  ]),
  ["combined: no terms on", { combine: "multiply" }, valid(), { format: 0, validity: 0, learnability: 0.75 }],
  [
    "the table: a task",
    { table: { types: ["deduction"] } },
    valid({ solveRate: 1 }),
    { format: 0, correctness: 10 },
  ],
  [
    "the table: no number",
    { table: { types: ["deduction"] } },
    { kind: "malformed", formatted: true },
    { format: 1, correctness: 0 },
  ],
  [
    "the table: tags missing",
    { table: { types: ["deduction"] } },
    { kind: "malformed", formatted: false },
    { format: -10, correctness: 0 },
  ],
  [
    "the table: other types",
    { table: { types: ["abduction"] } },
    valid(),
    { format: 0, validity: 0, learnability: 0.75 },
  ],
  [
    "the table: own figures",
    { table: { types: ["deduction"], malformed: -2 } },
    { kind: "malformed", formatted: false },
    { format: -2, correctness: 0 },
  ],
];

test.each(TABLE)("%s", (_, rewards, outcome, wanted) => {
  const components = proposerReward("deduction", outcome, rules(rewards));
  expect(Object.keys(components)).toEqual(Object.keys(wanted));
  for (const [name, value] of Object.entries(wanted)) expect(components[name]).toBeCloseTo(value, 12);
  expect(total(components)).toBe(Object.values(components).reduce((sum, part) => sum + part, 0));
});

test("a run's proposals have the same components whatever became of them", () => {
  const all = rules({
    repeat: -0.5,
    novelty: { multiply: true, coefficient: 1 },
    complexity: { coefficient: 1 },
    edit_distance: { coefficient: 1 },
  });
  const outcomes: ProposalOutcome[] = [
    valid(),
    valid({ solveRate: 0 }),
    valid({ formatted: false }),
    ...(["malformed", "invalid", "repeat"] as const).map((kind) => ({ kind, formatted: true })),
  ];
  const names = outcomes.map((outcome) => Object.keys(proposerReward("deduction", outcome, all)).join());
  expect(new Set(names).size).toBe(1);
});
