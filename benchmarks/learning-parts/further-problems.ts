import { readTinyHeldout } from "../../src/evaluation/benchmarks/tiny-heldout.ts";
import { heldOutProblems } from "../../tiny/held-out.ts";
import { computation } from "./twins.ts";

const OF_EACH_TYPE = 200;

/** How a further set of problems is drawn. */
export interface FurtherProblems {
  seed: number;
  /** Programs that are drawn for it. */
  drawn: number;
  /** The sets that it stands beside. */
  beside: readonly string[];
}

/**
 * A further set of problems, drawn as those of tiny-heldout are, each of a computation of its own that no other set
 * has: what was chosen on those may flatter their figures.
 */
export async function furtherProblems({ seed, drawn, beside }: FurtherProblems): Promise<object[]> {
  const others = await Promise.all(beside.map((path) => readTinyHeldout(path)));
  const taken = new Set(
    others.flatMap(({ problems }) => problems.map(({ program }) => computation(program))),
  );
  return heldOutProblems(seed, OF_EACH_TYPE, {
    drawn,
    without: (source) => taken.size === taken.add(computation(source)).size,
  });
}
