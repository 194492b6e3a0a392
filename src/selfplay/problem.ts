import { excerpt, type Proposal } from "./proposal.ts";
import { found, type Reading, rejected } from "./rejection.ts";
import { parseNumber } from "./tasks/number.ts";

/** Longest problem that is kept, characters: prompts show several. */
const MAX_CHARACTERS = 2000;

/** A mathematics proposal from the problem's words and the proposer's own answer, either of which may be missing. */
export function readProblem(problem: string | undefined, answer: string | undefined): Reading<Proposal> {
  const words = problem?.trim() ?? "";
  if (!/\p{L}/u.test(words)) return rejected("no-problem");
  if (words.length > MAX_CHARACTERS) {
    return rejected("problem-too-long", `${words.length} characters, at most ${MAX_CHARACTERS}`);
  }
  const number = answer?.trim() ?? "";
  if (number === "") return rejected("no-expected-answer");
  if (!parseNumber(number)) return rejected("not-number", `the answer is no number: ${excerpt(number)}`);
  return found({ program: words, inputs: [], message: null, answer: number });
}
