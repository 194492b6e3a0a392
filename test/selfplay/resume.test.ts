import { expect, test } from "bun:test";
import { join } from "node:path";
import type { ConfigInput } from "../../src/config/schema.ts";
import {
  allTasks,
  commitStep,
  metricSeries,
  RunDatabase,
  rewind,
  verifiedSolutions,
} from "../../src/runs/index.ts";
import type { PythonValue } from "../../src/sandbox/literals.ts";
import type { StepOutcome } from "../../src/selfplay/outcome.ts";
import { createSelfPlay, type SelfPlay } from "../../src/selfplay/self-play.ts";
import { analysingExecutor } from "../fixtures/analysing-executor.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../fixtures/scripted-generator.ts";
import { tableExecutor } from "../fixtures/table-executor.ts";
import { makeConfig, temporaryFolder } from "../runs/fixtures.ts";

/**
 * Self-play that is made anew from the run's database before every step, after a step that went too far was taken
 * back, yields what the one yields that lives from the first step to the last.
 */
const STEPS = 4;
const MOST = 30;

/** A number below `below` that a request's text and seed decide, as a model's samples would be decided. */
const pick = (below: number, ...parts: unknown[]) =>
  Number(BigInt(Bun.hash(JSON.stringify(parts))) % BigInt(below));

/** Programs that add a number, so that many share a skeleton and some repeat; messages that are true or not. */
const generator = () =>
  scriptedGenerator((prompt, index, { seed, temperature }) => {
    const drawn = (below: number) => pick(below, prompt.slice(-200), index, seed);
    if (/# Task \d+\ndef f\($/.test(prompt)) {
      return `a):\n    return a + ${drawn(MOST)}\n\nanswer = f(${drawn(5)})\n\n# Task 9`;
    }
    if (prompt.endsWith("What it does:")) {
      return ` Adds ${drawn(3)}.\n1. f(1)\n2. f(2)\n3. f(${3 + drawn(40)})\n4. f(50)\n\n`;
    }
    const added = Number(/return a \+ (\d+)\n\n(?:assert|# f gives)[^\n]*\n?[^\n]*$/.exec(prompt)?.[1] ?? 0);
    const right = temperature === 0 ? drawn(2) === 0 : drawn(3) > 0;
    if (prompt.endsWith("def f(")) {
      const [, input = "0", output = "0"] =
        /# f\((\d+)\) == (\d+)\n(?:# f[^\n]*\n)*def f\($/.exec(prompt) ?? [];
      return `a):\n    return a + ${right ? Number(output) - Number(input) : 77}\n\n\n`;
    }
    if (prompt.endsWith("assert f(")) {
      const output = Number(/# f gives (-?\d+) for:\nassert f\($/.exec(prompt)?.[1] ?? 0);
      return `${right ? output - added : 991}) == 1`;
    }
    const input = Number(/assert f\((\d+)\) ==$/.exec(prompt)?.[1] ?? 0);
    return right ? ` ${input + added}\n` : " 992\n";
  });

const executor = () => {
  const add = (n: number) => (a: PythonValue | undefined) =>
    ({ type: "int", value: (a?.type === "int" ? a.value : 0n) + BigInt(n) }) as const;
  const identity = ["def f(a):\n    return a", (a?: PythonValue) => a as PythonValue] as const;
  const numbers = [77, ...Array.from({ length: MOST + 1 }, (_, n) => n)];
  const programs = numbers.map((n) => [`def f(a):\n    return a + ${n}`, add(n)] as const);
  return analysingExecutor(tableExecutor(Object.fromEntries([identity, ...programs])));
};

function create(config: ReturnType<typeof makeConfig>, database?: RunDatabase): SelfPlay {
  const store = database && {
    tasks: () => allTasks(database),
    metrics: (name: string, steps: number) => metricSeries(database, name, steps),
    solutions: (count: number) => verifiedSolutions(database, count),
  };
  const parts = { config, generator: generator(), executor: executor(), tokenizer: byteTokenizer };
  return createSelfPlay({ ...parts, store: store ?? { tasks: () => [] } });
}

function commit(
  database: RunDatabase,
  step: number,
  outcome: Pick<StepOutcome, "tasks" | "metrics" | "evicted"> & Partial<StepOutcome>,
) {
  const { tasks, metrics, evicted, taskUpdates = [], rollouts = [] } = outcome;
  commitStep(database, {
    ...{ step, startedAt: step, finishedAt: step, keepCheckpoints: 1 },
    ...{ tasks, metrics, evicted, taskUpdates },
    rollouts: rollouts.map(({ trajectory, ...rollout }) => ({ ...rollout, advantage: trajectory })),
  });
}

const VARIANTS: [name: string, selfplay: ConfigInput["selfplay"], rewards?: ConfigInput["rewards"]][] = [
  ["the paper's", {}],
  [
    "an adaptive curriculum of the model's tasks",
    { curriculum: { type: "adaptive", start: 0.3, window: 2 } },
  ],
  [
    "an adaptive curriculum that goes by the tasks of the buffer",
    { curriculum: { type: "adaptive" }, proposer: { type: "mixed" }, tasks: ["deduction"] },
  ],
  [
    "small buffers, any task evicted, drawn by learnability",
    { buffer: { capacity: 3, evict: "uniform", draw: "learnability" } },
  ],
  [
    "small buffers, the least learnable evicted, recent ones drawn",
    { buffer: { capacity: 3, draw: "recent" } },
  ],
  ["what is learnable admitted", { buffer: { admit: "learnable" }, reuse_estimates: true }],
  ["verified solutions", { experience: { coefficient: 0.1, capacity: 7, samples_per_step: 3 } }],
  ["several strategies", { strategies: ["direct", "chain-of-thought"] }],
  ["messages checked", { check_messages: "message" }],
  ["one half trained", { train_roles: ["propose"] }],
  ["rewards shuffled", {}, { shuffle: true }],
  [
    "novelty and diversity",
    { duplicates: "reject" },
    {
      novelty: { window: 2, multiply: true, penalty: 0.3, coefficient: 0.1 },
      answer_diversity: { coefficient: 0.2, of: "both" },
      edit_distance: { coefficient: 0.1 },
      repeat: -0.5,
    },
  ],
];

test.each(VARIANTS)(
  "%s: resumed before every step, a run yields the same",
  async (_, selfplay, rewards = {}) => {
    const config = makeConfig({
      seed: 11,
      rewards,
      selfplay: {
        prompt: "compact",
        proposals: 4,
        tasks_per_step: 3,
        references: 2,
        estimation_samples: 3,
        induction_inputs: 4,
        seed_tasks: 2,
        ...selfplay,
      },
    });
    using folder = temporaryFolder();
    using database = RunDatabase.create(join(folder.path, "run.sqlite"), { name: "run", totalSteps: STEPS });
    const whole = create(config);
    const seeded = await whole.seed();
    expect(await create(config).seed()).toEqual(seeded);
    commit(database, 0, seeded);
    for (let step = 1; step <= STEPS; step++) {
      const outcome = await whole.step(step);
      const resumed = create(config, database);
      expect((await resumed.seed()).tasks).toEqual([]);
      expect(await resumed.step(step)).toEqual(outcome);
      // One step too far, which is then taken back.
      commit(database, step, outcome);
      commit(database, step + 1, await create(config, database).step(step + 1));
      rewind(database, step);
    }
    expect(allTasks(database).length).toBeGreaterThan(9);
  },
);
