import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { RunDirectory } from "../../src/runs/index.ts";
import { ROWS } from "../evaluation/samples-of.ts";
import { makeConfig, temporaryFolder } from "../runs/fixtures.ts";
import { run } from "./command-line.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const cwd = folder.path;
const env = { HF_HOME: folder.path, AZR_CACHE_DIR: folder.path, HF_HUB_OFFLINE: "1", HF_HUB_CACHE: "" };

test("eval list names every benchmark and its shots, and whether its data is here", async () => {
  const { stdout, code } = await run(["eval", "list", "--json"], { cwd, env });
  expect(code).toBe(0);
  const rows = JSON.parse(stdout) as { name: string; shots: number[]; data: string }[];
  expect(rows.find(({ name }) => name === "mbpp")).toMatchObject({ shots: [0, 3], data: "not fetched" });
  expect(rows.find(({ name }) => name === "azr-mini")).toMatchObject({ shots: [0], data: "here" });
  const text = await run(["eval", "list"], { cwd, env });
  expect(text.stdout).toMatch(/gsm8k +0 or 8 +not fetched +school mathematics/);
  expect(text.stderr).toBe("");
});

test("data list names every benchmark, its source and what to do", async () => {
  const { stdout, code } = await run(["data", "list", "--json"], { cwd, env });
  expect(code).toBe(0);
  const rows = JSON.parse(stdout) as { name: string; source: string; paths: string[] | null }[];
  expect(rows.map(({ name }) => name)).toEqual([
    ...[
      "azr-mini",
      "tiny-heldout",
      "humaneval",
      "humaneval-plus",
      "mbpp",
      "mbpp-plus",
      "apps",
      "cruxeval-i",
      "cruxeval-o",
      "gsm8k",
    ],
  ]);
  const [ours, held, ...others] = rows;
  for (const own of [ours, held])
    expect(own).toMatchObject({ source: "comes with azr-tui", paths: expect.any(Array) });
  expect(others.every(({ paths }) => paths === null)).toBe(true);
  const text = await run(["data", "list"], { cwd, env });
  expect(text.stdout).toContain("openai/gsm8k: not fetched yet: azr-tui data pull gsm8k");
});

test("what cannot be done is refused before a model is loaded, with the mend", async () => {
  await Bun.write(join(cwd, "gsm8k.jsonl"), `${JSON.stringify(ROWS.gsm8k[0])}\n`);
  const gsm8k = ["--benchmark", "gsm8k", "--data", "gsm8k.jsonl"];
  const cases: [string[], number, RegExp][] = [
    [["--k", "10"], 2, /pass@10 needs at least 10 samples[\s\S]*--samples 10/],
    [["--benchmark", "mbpp"], 3, /HF_HUB_OFFLINE is set[\s\S]*--data FILE/],
    [["--benchmark", "mbpp", "--data", "absent.jsonl"], 3, /absent\.jsonl cannot be read/],
    [["--benchmark", "nonsense"], 2, /Allowed choices are azr-mini, tiny-heldout, humaneval/],
    [["--samples", "4", "--temperature", "0"], 2, /all samples of a problem are the same/],
    [["--top-p", "0.9"], 2, /does nothing to greedy samples[\s\S]*--temperature above 0/],
    [["--samples-only", "--completions", "x.jsonl"], 2, /--samples-only would do nothing/],
    [["some-run", "--completions", "x.jsonl", "--samples", "4"], 2, /the model some-run, --samples would do/],
    [["--completions", "good.jsonl", "--k", "2", "--data", "he.jsonl"], 2, /HumanEval\/0 has 1 of them/],
    [["--completions", "bad.jsonl", "--data", "he.jsonl"], 3, /bad\.jsonl:2 is not JSON/],
    [
      ["--completions", "other.jsonl", "--data", "he.jsonl"],
      3,
      /other\.jsonl:1 names "Mbpp\/2", which is no/,
    ],
    [["--completions", "empty.jsonl", "--data", "he.jsonl"], 3, /empty\.jsonl holds no records/],
    [["--data", "twins.jsonl"], 3, /twins\.jsonl has two problems with the id HumanEval\/0/],
    [[...gsm8k, "--baseline", "mbpp.json"], 2, /mbpp\.json is a result of mbpp, not of gsm8k/],
    [["--checkpoints", "all"], 2, /--checkpoints goes with a run; "tiny" is none/],
    [["some-run", "--model", "other"], 2, /Two models are named: some-run and other/],
    [["--samples-only", "--baseline", "base"], 2, /--samples-only judges nothing/],
    [[...gsm8k, "--baseline", "base"], 2, /is the model without its adapter, and "tiny" has none/],
    [[...gsm8k, "--baseline", "nonsense"], 2, /names base, a result file or a run, not "nonsense"/],
    [[...gsm8k, "--baseline", "absent.json"], 3, /absent\.json cannot be read/],
    [[...gsm8k, "--completions", "x.jsonl", "--baseline", "base"], 2, /--completions brings samples alone/],
    [["untrained", ...gsm8k, "--checkpoints", "all"], 6, /run untrained has no checkpoint yet/],
    [["untrained", ...gsm8k, "--checkpoints", "1,2"], 6, /run untrained has no checkpoint yet/],
    [[...gsm8k, "--baseline", "untrained"], 6, /run untrained has no evaluation of gsm8k/],
    [["--data", "x.jsonl"], 3, /Expected HumanEval's original JSONL/],
  ];
  RunDirectory.create(join(cwd, "runs", "untrained"), makeConfig())
    .openDatabase()
    [Symbol.dispose]();
  const [problem] = ROWS.humaneval.map((row) => JSON.stringify(row));
  const good = '{"task_id":"HumanEval/0","completion":"    return 1"}';
  const files = {
    "x.jsonl": "{}\n",
    "he.jsonl": `${problem}\n`,
    "twins.jsonl": `${problem}\n${problem}\n`,
    "good.jsonl": `${good}\n`,
    "bad.jsonl": `${good}\n${good.slice(0, 20)}`,
    "other.jsonl": good.replace("HumanEval/0", "Mbpp/2"),
    "empty.jsonl": "",
    "mbpp.json": '{"benchmark":"mbpp","model":"m","settings":null,"outcomes":[]}',
  };
  for (const [name, text] of Object.entries(files)) await Bun.write(join(cwd, name), text);
  for (const [args, exit, message] of cases) {
    const { stdout, stderr, code } = await run(["eval", ...args], { cwd, env });
    expect({ args, code, stdout }).toEqual({ args, code: exit, stdout: "" });
    expect(stderr).toMatch(message);
  }
}, 240_000);
