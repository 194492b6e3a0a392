import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import type { ModelHost } from "../../src/engine/model-host.ts";
import { SelfPlayTrainer } from "../../src/engine/self-play-trainer.ts";
import { commitStep } from "../../src/runs/commit.ts";
import { RunDatabase } from "../../src/runs/database.ts";
import { stepMetrics } from "../../src/runs/queries/metrics.ts";
import { openSandbox } from "../../src/sandbox/open.ts";
import { createSelfPlay } from "../../src/selfplay/self-play.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../fixtures/scripted-generator.ts";
import { makeConfig, temporaryFolder } from "../runs/fixtures.ts";

// Generous: these tests share the machine with whatever else runs on it.
setDefaultTimeout(60_000);

const PROGRAMS = [
  "import os\ndef f(a):\n    return a",
  "def f(a):\n    exec('import socket')\n    return a",
  "def f(a):\n    return __import__('os').getpid()",
  "def f(a):\n    open('/etc/passwd')\n    return a",
  "def f(a):\n    try:\n        open('/etc/shadow', 'w')\n    except OSError:\n        pass\n    while True:\n        pass",
  "def f(a):\n    return a + 1",
];
const proposal = (program: string) =>
  ` plan </think>\n<answer>\n\`\`\`python\n${program}\n\`\`\`\n\`\`\`input\n1\n\`\`\`\n</answer>`;

test("what generated programs try is counted by kind in the run's database", async () => {
  using folder = temporaryFolder();
  await using pool = await openSandbox({ backend: "auto", workers: 2, timeout_ms: 1000, memory_mb: 256 });
  let next = 0;
  const selfPlay = createSelfPlay({
    config: makeConfig({
      selfplay: {
        prompt: "full",
        tasks: ["deduction"],
        references: 1,
        tasks_per_step: 1,
        proposals: PROGRAMS.length,
        seed_tasks: 0,
        max_prompt_tokens: 20_000,
        propose: { max_tokens: 20_000 },
      },
    }),
    generator: scriptedGenerator((prompt) =>
      prompt.includes("write a new Python program") ? proposal(PROGRAMS[next++] ?? "") : "",
    ),
    executor: pool,
    tokenizer: byteTokenizer,
    store: { tasks: () => [] },
  });
  // The update is not what this is about: a model that learns nothing.
  const model = { update: async () => ({ metrics: {}, advantages: [], skipped: false }) };
  const trainer = new SelfPlayTrainer(selfPlay, model as unknown as ModelHost, 1);
  const hooks = {
    onPhase: () => undefined,
    onUpdate: () => undefined,
    onLog: () => undefined,
    signal: new AbortController().signal,
  };
  await trainer.begin(hooks);
  const step = await trainer.step(1, hooks);

  using database = RunDatabase.create(join(folder.path, "run.sqlite"), { name: "flags", totalSteps: 1 });
  commitStep(database, { step: 1, startedAt: 0, finishedAt: 1, ...step, keepCheckpoints: 1 });
  const flags = Object.entries(stepMetrics(database, 1)).filter(([name]) => name.startsWith("flags/"));
  expect(Object.fromEntries(flags)).toEqual({
    "flags/import:os": 2,
    "flags/import:socket": 1,
    "flags/file-read": 1,
    "flags/file-write": 1,
  });
});
