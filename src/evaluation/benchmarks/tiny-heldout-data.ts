import { join } from "node:path";

/** The file that comes with the project; `bun run make-tiny` writes it. */
export const TINY_HELDOUT_PATH = join(import.meta.dir, "..", "data", "tiny-heldout.jsonl");

/** What is asked of the model: an output, an input, a program from examples, a function's body. */
export const TINY_GROUPS = ["deduction", "abduction", "induction", "completion"] as const;
export type TinyGroup = (typeof TINY_GROUPS)[number];
