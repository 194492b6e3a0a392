import type { Command } from "commander";
import { BENCHMARK_NAMES } from "../../../config/benchmark-name.ts";
import { print, printJson } from "../../terminal.ts";

/** `eval list`: what can be scored, and whether its data is there. */
export function registerEvalList(command: Command): void {
  command
    .command("list")
    .description("the benchmarks: what they hold, their shots, and whether their data is here")
    .option("--json", "as JSON")
    .action((_, listing: Command) => list(listing.optsWithGlobals()));
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const { dataState } = await import("../../../evaluation/data.ts");
  const { aboutBenchmark, shotsOf } = await import("../../../evaluation/benchmarks/registry.ts");
  const { textTable } = await import("../../text-table.ts");
  const benchmarks = BENCHMARK_NAMES.map((name) => ({
    ...{ name, about: aboutBenchmark(name), shots: shotsOf(name) },
    data: dataState(name).paths === null ? "not fetched" : "here",
  }));
  if (json) return printJson(benchmarks);
  const rows = benchmarks.map(({ name, about, shots, data }) => [name, shots.join(" or "), data, about]);
  print(textTable(["benchmark", "shots", "data", "what it is"], rows, { widest: 90 }));
}
