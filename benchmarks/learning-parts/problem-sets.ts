import { join } from "node:path";
import { readAzrMini } from "../../src/evaluation/benchmarks/azr-mini.ts";
import { AZR_MINI_PATHS } from "../../src/evaluation/benchmarks/azr-mini-data.ts";
import { readTinyHeldout, type TinyProblem } from "../../src/evaluation/benchmarks/tiny-heldout.ts";
import { TINY_HELDOUT_PATH } from "../../src/evaluation/benchmarks/tiny-heldout-data.ts";
import { PART_TAGS } from "../../src/selfplay/prompts/tagged/tags.ts";
import type { Way } from "../parts/command-line.ts";
import { furtherProblems } from "./further-problems.ts";
import { keep } from "./kept-file.ts";
import type { Problem } from "./results.ts";
import { computation, trainedComputations } from "./twins.ts";

/** Problems that models are measured on. */
export interface ProblemSet extends Way {
  name: keyof typeof SETS;
  problems: readonly Problem[];
  /** Where the problems stand. */
  files: readonly string[];
  /** Of each problem's program; null where they are not the generator's, or another set's. */
  computations: readonly string[] | null;
}

/** What each set is, by name. */
export const SETS = {
  unseen:
    "800 problems drawn as those of tiny-heldout were, of other computations, on which no setting of the preset tiny was chosen; what tiny-long is was found with their help. What those took is not in them, so that they are a little harder: more branches, fewer chains of two operations.",
  fresh:
    "800 more, of computations in neither of the other sets, drawn when both presets stood: nothing was chosen on them.",
  "tiny-heldout": "The 800 problems that come with azr-tui. Settings of the preset tiny were chosen on them.",
  "made to think":
    "The 400 deductions of both sets, every answer begun with the tag of a thought, of the start model too: what is learnt besides when to think.",
  "azr-mini": "100 small functions to complete.",
} as const;

/** The sets; those that do not come with azr-tui are written to the work directory. */
export async function problemSets(work: string): Promise<ProblemSet[]> {
  const trained = trainedComputations();
  const further = async (name: string, seed: number, drawn: number, beside: readonly string[]) =>
    keep(join(work, `${name}.jsonl`), await furtherProblems({ seed, drawn, beside }));
  const unseen = await further("unseen", 1000, 72_000, [TINY_HELDOUT_PATH]);
  const fresh = await further("fresh", 2000, 150_000, [TINY_HELDOUT_PATH, unseen]);
  const thinking = await keep(join(work, "made-to-think.jsonl"), [
    ...(await madeToThink("unseen", unseen)),
    ...(await madeToThink("tiny-heldout", TINY_HELDOUT_PATH)),
  ]);
  const tiny = async (path: string, groupOf = ({ group }: TinyProblem): string => group) => {
    const { problems } = await readTinyHeldout(path);
    const computations = problems.map(({ program }) => computation(program));
    const twin = computations.map((own) => trained.has(own));
    return {
      benchmark: "tiny-heldout" as const,
      files: [path],
      options: ["--limit", String(problems.length), ...(path === TINY_HELDOUT_PATH ? [] : ["--data", path])],
      problems: problems.map((problem, i) => ({
        id: problem.id,
        group: groupOf(problem),
        twin: twin[i] ?? false,
      })),
      computations,
    };
  };
  const mini = await readAzrMini();
  return [
    { name: "unseen", ...(await tiny(unseen)) },
    { name: "fresh", ...(await tiny(fresh)) },
    { name: "tiny-heldout", ...(await tiny(TINY_HELDOUT_PATH)) },
    {
      name: "made to think",
      ...(await tiny(thinking, ({ id }) => id.split("/")[0] ?? "")),
      computations: null,
    },
    {
      name: "azr-mini",
      benchmark: "azr-mini",
      files: AZR_MINI_PATHS,
      options: [],
      problems: mini.problems.map(({ id, group }) => ({ id, group, twin: false })),
      computations: null,
    },
  ];
}

/** A set's deductions with the tag of a thought behind each prompt, under the set's name. */
async function madeToThink(set: string, path: string): Promise<object[]> {
  const { problems } = await readTinyHeldout(path);
  return problems
    .filter(({ type }) => type === "deduction")
    .map(({ id, prompt, ...rest }) => ({ ...rest, id: `${set}/${id}`, prompt: prompt + PART_TAGS.thought }));
}
