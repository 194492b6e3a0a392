import { ConfigError } from "../../../errors/index.ts";
import type { TaskType } from "../../../interfaces/role.ts";
import type { Reading } from "../../rejection.ts";
import type { PromptStyle, ResponseReading } from "../prompt.ts";
import { proposeInputsPrompt, proposeProgramPrompt, readTaggedInputs, readTaggedProgram } from "./propose.ts";
import { readTaggedAnswer, solvePrompt } from "./solve.ts";
import { ROLE_TAGS, type TaggedType } from "./tags.ts";

/**
 * Bare data between tags, without a word of explanation: for a model that was trained on exactly this. Deduction,
 * abduction and induction, answered directly or behind a thought; another type or strategy is refused with ConfigError.
 */
export const tagged: PromptStyle = {
  strategies: ["direct"],
  // Shown templates' programs, of which some are outside the world that it knows, tiny mixes the two: of 24 proposals
  // 9 are valid beside three of them, and 24 without.
  outsideRuns: { references: 0, induction_inputs: 4 },
  proposeProgram: (request) => {
    if (request.given.length > 0) throw unwritable("composites");
    return proposeProgramPrompt({ ...request, type: known(request.type) as typeof request.type });
  },
  readProgramProposal: (response) => whole(readTaggedProgram(response.text)),
  proposeInputs: proposeInputsPrompt,
  readInputsProposal: (response, request) => whole(readTaggedInputs(response.text, request)),
  proposeProblem: () => {
    throw unwritable("mathematics");
  },
  readProblemProposal: () => {
    throw unwritable("mathematics");
  },
  solve: (type, exercise, strategy = "direct") => {
    if (strategy !== "direct") throw unwritable(`the strategy ${strategy}`);
    return solvePrompt(known(type), exercise);
  },
  readAnswer: (type, { text }) => whole(readTaggedAnswer(type, text)),
  readChecks: () => [],
};

function known(type: TaskType): TaggedType {
  if (type in ROLE_TAGS.solve) return type as TaggedType;
  throw unwritable(type);
}

function unwritable(what: string): ConfigError {
  return new ConfigError(`prompts of style tagged have no text for ${what}`, {
    mend: "Take deduction, abduction and induction, selfplay.strategies [direct] and no composites, or another model with selfplay.prompt compact.",
  });
}

function whole<T>(reading: Reading<T>): ResponseReading<T> {
  return { ...reading, formatted: reading.ok };
}
