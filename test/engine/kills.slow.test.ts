import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ConfigInput } from "../../src/config/schema.ts";
import { connect, launchEngine } from "../../src/engine/client.ts";
import { type RandomStream, stream } from "../../src/random/stream.ts";
import {
  checkpoints,
  metricSeries,
  RunDirectory,
  rolloutPage,
  stepMetrics,
  taskPage,
} from "../../src/runs/index.ts";
import { processStart } from "../../src/runs/process-identity.ts";
import { makeConfig, temporaryFolder } from "../runs/fixtures.ts";

/**
 * A run on SmolLM2 that is killed with SIGKILL fifty times holds, step by step, what the same run holds that nobody killed:
 * tasks, rollouts with rewards and advantages, losses, and the weights bit for bit. Fewer kills for what keeps more
 * state from step to step.
 */
setDefaultTimeout(3_600_000);
const STEPS = 5;

interface Variant {
  name: string;
  kills: number;
  selfplay: NonNullable<ConfigInput["selfplay"]>;
  algorithm: NonNullable<ConfigInput["training"]>["algorithm"];
  /** A figure without which the variant would not have what it is named after. */
  figure: string;
}

const VARIANTS: readonly Variant[] = [
  {
    name: "TRR++ with templates and the model",
    kills: 50,
    selfplay: {},
    algorithm: { type: "trr++" },
    figure: "propose/deduction/templates",
  },
  {
    name: "PPO in epochs of minibatches, with KL to the model without adapters",
    kills: 12,
    selfplay: {},
    algorithm: { type: "ppo", epochs: 2, minibatches: 2, kl: { coefficient: 0.1 } },
    figure: "update/kl",
  },
  {
    name: "verified solutions learnt again, two strategies",
    kills: 12,
    selfplay: {
      experience: { coefficient: 0.2, samples_per_step: 4 },
      strategies: ["direct", "step-by-step"],
    },
    algorithm: { type: "trr++" },
    figure: "experience/solutions",
  },
  {
    name: "small buffers that evict any task, weighted draws",
    kills: 12,
    selfplay: { buffer: { capacity: 4, evict: "uniform", draw: "learnability" } },
    algorithm: { type: "trr++" },
    figure: "buffer/deduction/tasks",
  },
  {
    name: "an adaptive curriculum with novelty",
    kills: 12,
    selfplay: { curriculum: { type: "adaptive", start: 0.2 }, duplicates: "reject" },
    algorithm: { type: "trr++" },
    figure: "curriculum/deduction/solve_rate",
  },
  {
    name: "seeds, inductions with checked messages, composites",
    kills: 12,
    selfplay: {
      tasks: ["deduction", "abduction", "induction"],
      seed_tasks: 6,
      check_messages: "message",
      induction_inputs: 4,
      composites: { probability: 1, most: 2 },
    },
    algorithm: { type: "trr++" },
    figure: "propose/deduction/composites",
  },
];

function createRun(folder: string, name: string, { selfplay, algorithm }: Variant): RunDirectory {
  return RunDirectory.create(
    join(folder, name),
    makeConfig({
      steps: STEPS,
      seed: 5,
      adapter: { type: "lora", rank: 4, alpha: 8 },
      rewards: { novelty: { penalty: 0.5, multiply: true } },
      selfplay: {
        tasks: ["deduction", "abduction"],
        prompt: "compact",
        proposer: { type: "mixed", share: 0.5, difficulty: 0.2 },
        proposals: 4,
        tasks_per_step: 2,
        references: 1,
        estimation_samples: 2,
        reuse_estimates: true,
        seed_tasks: 0,
        max_prompt_tokens: 768,
        propose: { temperature: 0.8, max_tokens: 40 },
        solve: { temperature: 0.8, max_tokens: 16 },
        ...selfplay,
      },
      training: { algorithm, optimizer: { learning_rate: 1e-3 } },
      sandbox: { workers: 2 },
      checkpoints: { every: 1, keep: 2 },
    }),
  );
}

/** Everything that a step decides; times are not among it. */
function contents(run: RunDirectory) {
  using database = run.openDatabase({ readonly: true });
  const [newest] = checkpoints(database);
  const manifest = JSON.parse(
    readFileSync(join(run.checkpointsPath, newest?.directory ?? "", "manifest.json"), "utf8"),
  ) as { files: { name: string; sha256: string }[] };
  const names = Object.keys(stepMetrics(database, STEPS)).filter(
    (name) => !/second|memory|overlap/.test(name),
  );
  return {
    tasks: taskPage(database, {}, "oldest", { limit: 10_000 }),
    rollouts: rolloutPage(database, {}, { limit: 10_000 }),
    metrics: Object.fromEntries(names.map((name) => [name, metricSeries(database, name)])),
    weights: manifest.files.map(({ name, sha256 }) => [name, sha256]),
  };
}

/** What a kill waits for. `phase`: in the middle of it; `commit`: the database is written; `rename`: a checkpoint is. */
const INSTANTS = ["any", "propose", "solve", "update", "commit", "rename"] as const;

/** Resolves when the moment has come, or when the engine has ended. */
async function moment(
  run: RunDirectory,
  pid: number,
  instant: (typeof INSTANTS)[number],
  random: RandomStream,
) {
  const alive = () => processStart(pid) !== null;
  if (instant === "any") {
    const until = Date.now() + random.integer(0, 8_000);
    while (alive() && Date.now() < until) await Bun.sleep(1);
    return;
  }
  if (instant === "commit" || instant === "rename") {
    const wal = `${run.databasePath}-wal`;
    const size = () => (existsSync(wal) ? statSync(wal).size : 0);
    const before = size();
    const writing = () => readdirSync(run.checkpointsPath).some((name) => name.startsWith(".writing-"));
    const come = instant === "commit" ? () => size() > before + 20_000 : writing;
    while (alive() && !come()) await Bun.sleep(1);
    await Bun.sleep(random.integer(0, 6));
    return;
  }
  using client = await connect(run.path);
  for await (const message of client) {
    if (message.kind === "ended") return;
    if (message.kind === "snapshot" && message.snapshot.progress?.phase === instant) break;
  }
  await Bun.sleep(random.integer(0, 400));
}

test.each(VARIANTS.map((variant) => [variant.name, variant.kills, variant] as const))(
  "%s: killed %d times, a run is the same to the last bit",
  async (_, most, variant) => {
    using folder = temporaryFolder();
    const whole = createRun(folder.path, "whole", variant);
    const { pid } = await launchEngine(whole.path, { resume: false });
    while (processStart(pid) !== null) await Bun.sleep(50);
    expect(whole.status()).toMatchObject({ state: "finished", step: STEPS });
    expect(contents(whole).metrics[variant.figure]?.some(({ value }) => value !== null)).toBe(true);

    const killed: Record<string, number> = {};
    let [kills, runs] = [0, 0];
    const random = stream(1, "kills");
    while (kills < most) {
      const run = createRun(folder.path, `killed-${++runs}`, variant);
      for (let launches = 0; run.status().state !== "finished"; launches++) {
        const engine = await launchEngine(run.path, { resume: launches > 0 });
        if (kills < most) {
          const instant = INSTANTS[kills % INSTANTS.length] ?? "any";
          await moment(run, engine.pid, instant, random);
          if (processStart(engine.pid) !== null) {
            process.kill(engine.pid, "SIGKILL");
            kills += 1;
            killed[instant] = (killed[instant] ?? 0) + 1;
          }
        }
        while (processStart(engine.pid) !== null) await Bun.sleep(20);
      }
      expect(contents(run)).toEqual(contents(whole));
    }
    console.log(`${variant.name}: ${kills} kills in ${runs} runs: ${JSON.stringify(killed)}`);
  },
);
