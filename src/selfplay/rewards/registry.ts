import { answerDiversity } from "./answer-diversity.ts";
import { complexity } from "./complexity.ts";
import { editDistance } from "./edit-distance.ts";
import { halstead } from "./halstead.ts";
import { noveltyTerm } from "./novelty.ts";
import type { Term } from "./term.ts";

/** The intrinsic terms, in the order in which they are stored. */
export const TERMS: readonly Term[] = [noveltyTerm, complexity, halstead, editDistance, answerDiversity];
