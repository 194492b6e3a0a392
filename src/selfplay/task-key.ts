import type { Config } from "../config/schema.ts";
import { normalisedProgram } from "./program.ts";
import type { Proposal } from "./proposal.ts";

export type Deduplication = Config["selfplay"]["buffer"]["deduplicate"];

/** A task's program and inputs, with the fingerprint of the program's AST where it is known. */
export interface Identified extends Pick<Proposal, "program" | "inputs"> {
  fingerprint: string | null;
}

/**
 * What tasks share when they are the same: the program's fingerprint (`ast`), or its text but for blank lines and
 * comments, and the inputs. A program without a fingerprint is known by its text. Null for `none`: no task is the
 * same as another.
 */
export function taskKey(task: Identified, by: Deduplication): string | null {
  if (by === "none") return null;
  const program = (by === "ast" && task.fingerprint) || normalisedProgram(task.program);
  return JSON.stringify([program, ...task.inputs]);
}
