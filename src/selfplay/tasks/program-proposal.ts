import type { ProgramTask } from "../prompts/prompt.ts";
import { validate } from "../validation.ts";
import { withGiven } from "./composites.ts";
import type { TaskKind } from "./task-kind.ts";

/** The half of a kind that has the proposer write a program and one input. */
export function programProposal(type: ProgramTask) {
  return {
    type,
    referenceTypes: [type],
    referencesWanted: (k) => k,
    referencesNeeded: 0,
    composes: true,
    proposePrompt: (context) => context.style.proposeProgram({ type, ...context }),

    readProposal(response, { style, given }) {
      const reading = style.readProgramProposal(response);
      if (!reading.ok || given.length === 0) return reading;
      return { ...withGiven(reading.value, given), formatted: reading.formatted };
    },

    validate,
  } satisfies Partial<TaskKind>;
}
