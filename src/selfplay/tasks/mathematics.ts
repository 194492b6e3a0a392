import { excerpt } from "../proposal.ts";
import { found } from "../rejection.ts";
import { parseNumber, sameNumber } from "./number.ts";
import { fails, right, type TaskKind } from "./task-kind.ts";

/** References at most, whatever the setting says: problems are long, and minAZR shows no more. */
const MOST_REFERENCES = 3;

/**
 * A numeric problem in words, as in minAZR: the proposer's own answer is the expected one. Nothing is executed
 * and nothing evaluated: answers are read as numbers on the host.
 */
export const mathematics: TaskKind = {
  type: "mathematics",
  seedsWith: ["mathematics"],
  referenceTypes: ["mathematics"],
  referencesWanted: (k) => Math.min(k, MOST_REFERENCES),
  referencesNeeded: 0,
  composes: false,
  proposePrompt: (context) => context.style.proposeProblem(context),
  readProposal: (response, { style }) => style.readProblemProposal(response),
  validate: async (proposal) => ({
    task: found({ ...proposal, outputs: [proposal.answer ?? ""] }),
    flags: [],
  }),
  solvePrompt: (task, style, strategy) => style.solve("mathematics", task, strategy),

  async grade(task, answer) {
    const value = parseNumber(answer);
    if (!value) return fails("not-number", `not a number: ${excerpt(answer)}`);
    const expected = parseNumber(task.outputs[0] ?? "");
    if (expected && sameNumber(value, expected)) return right();
    return fails("wrong", `expected ${excerpt(task.outputs[0] ?? "")}`);
  },
};
