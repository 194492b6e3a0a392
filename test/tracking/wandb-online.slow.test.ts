import { afterEach, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commitEvaluation, commitStep, RunDirectory, setRunState } from "../../src/runs/index.ts";
import { track } from "../../src/tracking/track.ts";
import { makeCommit, makeConfig, temporaryFolder } from "../runs/fixtures.ts";
import { WandbServer } from "./wandb-server.ts";

const KEY = "0123456789abcdef0123456789abcdef01234567";

afterEach(() => {
  delete process.env.WANDB_API_KEY;
  delete process.env.WANDB_BASE_URL;
});

const evaluation = { benchmark: "humaneval", settings: {}, startedAt: 1, finishedAt: 2 };

test("an online W&B run gets each step once, goes on where the server is after a crash, and no file knows the key", async () => {
  using server = new WandbServer();
  process.env.WANDB_API_KEY = KEY;
  process.env.WANDB_BASE_URL = server.address;
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "first"), makeConfig());
  using database = run.openDatabase();
  const said: string[] = [];
  const settings = {
    ...run.config().tracking,
    wandb: { mode: "online" as const, project: "proj", tags: [] },
  };
  const send = () => track(run, settings, { say: (line) => said.push(line) });
  for (const step of [1, 2]) commitStep(database, makeCommit(step, { metrics: { loss: step / 8 } }));
  commitEvaluation(database, { ...evaluation, step: 2, scores: { "pass@1": 0.25 } }, []);
  setRunState(database, "crashed", "killed");
  expect(await send()).toEqual([{ name: "W&B", outcome: { steps: 2 } }]);
  commitStep(database, makeCommit(3, { metrics: { loss: 3 / 8 } }));
  setRunState(database, "finished");
  expect(await send()).toEqual([{ name: "W&B", outcome: { steps: 1 } }]);

  expect(server.rows.map(({ _step, loss }) => [_step, loss])).toEqual([
    [1, 1 / 8],
    [2, 2 / 8],
    [3, 3 / 8],
  ]);
  expect(server.rows.map((row) => row["evaluation/id"])).toEqual([undefined, 1, undefined]);
  expect(server.exits).toEqual([1, 0]);
  expect(server.runs.size).toBe(1);
  for (const file of readdirSync(run.path, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    expect(readFileSync(path).includes(KEY), path).toBe(false);
  }
  expect(`${said.join("\n")}${server.requests.join("\n")}`).not.toContain(KEY);
});

test("without a key an online run ends at once with what to do", async () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "first"), makeConfig());
  const settings = {
    ...run.config().tracking,
    wandb: { mode: "online" as const, project: "proj", tags: [] },
  };
  const { HOME } = process.env;
  process.env.HOME = folder.path;
  try {
    process.env.AZR_CACHE_DIR ??= join(HOME ?? "", ".cache", "azr-tui");
    const [tracked] = await track(run, settings, { say: () => undefined });
    const error = tracked && "error" in tracked.outcome ? tracked.outcome.error : null;
    expect(error?.message).toContain("No API key");
    expect(error).toMatchObject({ mend: expect.stringContaining("WANDB_API_KEY") });
  } finally {
    process.env.HOME = HOME;
  }
});
