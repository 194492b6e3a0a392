import { ModelLoadError } from "../errors/index.ts";

/** A tokenizer that is whole but of a kind that is not read here. */
export function unsupported(part: string, found: unknown, expected: readonly string[] = []): ModelLoadError {
  const wanted = expected.length > 0 ? `, expected ${expected.join(", ")}` : "";
  return new ModelLoadError(`the tokenizer's ${part} is not supported: ${String(found)}${wanted}`, {
    mend: "Use a model of the families llama, qwen2, qwen3 or gpt2.",
  });
}
