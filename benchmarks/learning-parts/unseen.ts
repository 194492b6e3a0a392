import { readTinyHeldout } from "../../src/evaluation/benchmarks/tiny-heldout.ts";
import { TINY_HELDOUT_PATH } from "../../src/evaluation/benchmarks/tiny-heldout-data.ts";
import { heldOutProblems } from "../../tiny/held-out.ts";
import { computation } from "./twins.ts";

const SEED = 1000;
const OF_EACH_TYPE = 200;
const DRAWN = 72_000;

/**
 * A second set beside tiny-heldout, each problem of a computation of its own that is not in the first: settings of the
 * preset were chosen on that, so its figures may flatter them. A line of JSON for each problem.
 */
export async function unseenProblems(): Promise<string> {
  const { problems } = await readTinyHeldout(TINY_HELDOUT_PATH);
  const taken = new Set(problems.map(({ program }) => computation(program)));
  const unseen = await heldOutProblems(SEED, OF_EACH_TYPE, {
    drawn: DRAWN,
    without: (source) => taken.size === taken.add(computation(source)).size,
  });
  return unseen.map((problem) => `${JSON.stringify(problem)}\n`).join("");
}
