import { availableParallelism, cpus, platform, release, totalmem } from "node:os";
import prettyBytes from "pretty-bytes";
import packageJson from "../../package.json" with { type: "json" };
import type { MachineFact } from "../runs/machine.ts";
import type { Assembly } from "./assembly.ts";

/** What a run's figures were made with: this program, the machine, the model, the sandbox and what proved it. */
export async function gatherMachineFacts({ model, tokenizer, sandbox }: Assembly): Promise<MachineFact[]> {
  const { name, path, architecture, layers, contextLength, backend, runtime } = model.info;
  const facts = (part: MachineFact["part"], values: Readonly<Record<string, string>>): MachineFact[] =>
    Object.entries(values).map(([fact, value]) => ({ part, name: fact, value }));
  return [
    ...facts("engine", { "azr-tui": packageJson.version, Bun: Bun.version }),
    ...facts("device", {
      system: `${platform()} ${release()}, ${process.arch}`,
      processor: `${cpus()[0]?.model.trim() ?? "unknown"}, ${availableParallelism()} threads`,
      memory: prettyBytes(totalmem()),
      "MLX on": backend,
      ...runtime,
    }),
    ...facts("model", {
      model: `${name}: ${architecture}, ${layers} layers, ${contextLength} tokens at most`,
      file: path,
      tokenizer: `${tokenizer.vocabularySize} tokens, ${tokenizer.hasChatTemplate ? "with" : "no"} chat template`,
    }),
    ...(sandbox
      ? [
          ...facts("sandbox", { backend: sandbox.backend, ...(await sandbox.describe()) }),
          ...sandbox.proof.map(({ name, ok, seen }) => ({
            part: "proof" as const,
            name,
            value: `${ok ? "ok" : "FAILED"}: ${seen}`,
          })),
        ]
      : []),
  ];
}
