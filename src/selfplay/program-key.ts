import { normalisedProgram } from "./program.ts";
import type { ProposalRollout } from "./proposing.ts";

/**
 * Equal for proposals of the same program, repeats of the buffer included, by which the share of different ones is
 * told: SHA-256 of its text without comments and blank lines, in hexadecimal. Induction proposes inputs to a program
 * of the buffer, so there the inputs count as well. Null for what execution did not confirm.
 */
export function programKey({ type, task }: Pick<ProposalRollout, "type" | "task">): string | null {
  if (!task.ok) return null;
  const { program, inputs } = task.value;
  const proposed = [normalisedProgram(program), ...(type === "induction" ? inputs : [])];
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(proposed)).digest("hex");
}
