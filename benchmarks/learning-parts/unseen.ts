import { readTinyHeldout } from "../../src/evaluation/benchmarks/tiny-heldout.ts";
import { TINY_HELDOUT_PATH } from "../../src/evaluation/benchmarks/tiny-heldout-data.ts";
import { heldOutProblems } from "../../tiny/held-out.ts";
import { computation } from "./twins.ts";

/** Of these a set was never looked at before it was measured. */
const SEED = 1000;
const OF_EACH_TYPE = 200;
const DRAWN = 72_000;

/**
 * A second set as tiny-heldout is, of other computations: settings of the preset were chosen on the first, so its figures may
 * flatter them. A line of JSON for each problem.
 */
export async function unseenProblems(): Promise<string> {
  const { problems } = await readTinyHeldout(TINY_HELDOUT_PATH);
  const asked = new Set(problems.map(({ program }) => computation(program)));
  const unseen = await heldOutProblems(SEED, OF_EACH_TYPE, {
    drawn: DRAWN,
    without: (source) => asked.has(computation(source)),
  });
  return unseen.map((problem) => `${JSON.stringify(problem)}\n`).join("");
}
