import { expect, test } from "bun:test";
import { join } from "node:path";
import { RunDirectory } from "../../src/runs/run-directory.ts";
import { makeConfig, temporaryFolder } from "../runs/fixtures.ts";
import { ENTRY, run } from "./command-line.ts";

test("--version and --help", async () => {
  expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const help = await run(["--help"]);
  expect(help.code).toBe(0);
  expect(help.stdout).toContain("Exit codes:");
});

test("an unknown command or flag exits with 2 and names the nearest", async () => {
  const command = await run(["docter"]);
  expect(command.code).toBe(2);
  expect(command.stderr).toContain("doctor");
  const flag = await run(["config", "show", "--jsn"]);
  expect(flag.code).toBe(2);
  expect(flag.stderr).toContain("--json");
});

test("config errors exit with 2, name the key and print a mend; stdout stays clean", async () => {
  const result = await run(["config", "show", "--set", "trainin.x=1"]);
  expect(result.code).toBe(2);
  expect(result.stdout).toBe("");
  expect(result.stderr).toContain('Unknown key "trainin"');
  expect(result.stderr).toContain("mend:");
});

test("config show prints YAML that loads again, and --json the same as JSON", async () => {
  const yaml = await run(["config", "show", "--preset", "smollm2"]);
  const json = await run(["config", "show", "--preset", "smollm2", "--json"]);
  const { parse } = await import("yaml");
  expect(parse(yaml.stdout)).toEqual(JSON.parse(json.stdout));
  expect(JSON.parse(json.stdout).selfplay.prompt).toBe("compact");
});

test("--help and the config load neither MLX nor Ink", async () => {
  const probe = `await import(${JSON.stringify(ENTRY)}); const m = await import(${JSON.stringify(ENTRY)}); await m.main(["config", "show"]);
    const loaded = Object.keys(require.cache).filter((p) => /src\\/(mlx|nn|models|generation|training|tui(?!\\/printable)|engine)\\/|node_modules\\/(ink|react|blessed)/.test(p));
    console.error("LOADED " + JSON.stringify(loaded));`;
  const child = Bun.spawn([process.execPath, "-e", probe], { stdout: "ignore", stderr: "pipe" });
  expect(await new Response(child.stderr).text()).toContain("LOADED []");
});

test("without a command and without a run, it says how to start one", async () => {
  const empty = await run([], { env: { AZR_RUNS_DIR: "/nonexistent" } });
  expect(empty.code).toBe(0);
  expect(empty.stderr).toContain("azr-tui demo");
  expect(empty.stdout).toBe("");
});

test("wrong values and combinations of options are refused before anything is loaded", async () => {
  const refused = async (args: string[], message: string) => {
    const { stderr, code } = await run(args, { env: { AZR_RUNS_DIR: "/nonexistent" } });
    expect(stderr, args.join(" ")).toContain(message);
    expect(code, args.join(" ")).toBe(2);
  };
  await refused(["demo", "--steps", "0"], "expected a whole number from 1 to 2147483647");
  await refused(["eval", "--k", "10"], "pass@10 needs at least 10 samples");
  await refused(["eval", "--temperature", "warm"], "expected a number");
  await refused(["generate", "hello", "--checkpoint", "checkpoint-2"], "--checkpoint goes with a run");
  await refused(["generate", "hello", "--prompt", "hello"], "The prompt is given twice");
  await refused(["generate", "hello", "--raw", "--chat"], "--raw uses no chat template");
  await refused(["generate", "hello", "--stop", ""], "--stop is empty");
  await refused(["generate", "hello", "--min-p", "2"], "expected a number from 0 to 1");
  await refused(["train", "x", "--output_dir", "y"], "either by its name or with --output_dir");
  await refused(["train", "x", "--resume", "newest"], "A checkpoint is named checkpoint-N");
  await refused(["train", "x", "--benchmark", "mbpp"], "--benchmark goes with --eval-only");
  await refused(
    ["train", "x", "--eval-only", "--num_steps", "9"],
    "--num_steps does not go with --eval-only",
  );
  using folder = temporaryFolder();
  const { path } = RunDirectory.create(join(folder.path, "run"), makeConfig({ steps: 3 }));
  await refused(["generate", "hello", "--model", path, "--quantize", "4"], "--quantize goes with a model");
  await refused(
    ["train", path, "--resume", "--set", "seed=9"],
    "seed cannot become 9 in a run that began with",
  );
  await refused(["train", path, "--resume", "--set", "step=9"], 'Unknown key "step"');
}, 30_000);
