import { expect, test } from "bun:test";
import type { Admission } from "../../../src/selfplay/admission.ts";
import { measuredAnswers } from "../../../src/selfplay/curriculum/answers.ts";
import type { SolveRollout } from "../../../src/selfplay/solving.ts";
import { makeConfig } from "../../runs/fixtures.ts";

type Origin = "proposed" | "template";

function admission(...origins: [id: number, origin: Origin][]): Admission {
  const standings = origins.map(([id, origin]) => {
    const value = { program: "", inputs: [], outputs: [], message: null };
    const shared = { type: "deduction", origin, parents: [] } as const;
    return {
      rollout: { ...shared, task: { ok: true, value } as const, flags: [] },
      task: { ...shared, id, task: value, fingerprint: null, skeleton: null },
      rejection: null,
      repeats: false,
    };
  });
  return { admitted: [], standings };
}

const answer = (id: number, correct: boolean, final = true) =>
  ({ assignment: { id, type: "deduction" }, final, grade: { correct } }) as SolveRollout;

// Task 1 is the model's, 2 a template's, 3 of the buffer.
const step = admission([1, "proposed"], [2, "template"]);
const answers = [
  answer(1, true),
  answer(1, true),
  answer(2, false),
  answer(3, true),
  answer(3, false, false),
];

test.each([
  [{ type: "template" }, [false, true]],
  [{ type: "mixed", share: 0.5 }, [false, true]],
  [{ type: "model" }, [true, true, false, true]],
  // A share of no task at all leaves the model to write them.
  [{ type: "mixed", share: 0.1 }, [true, true, false, true]],
] as const)("under %j the difficulty goes by the answers %j", (proposer, measured) => {
  const { selfplay } = makeConfig({ selfplay: { proposals: 4, proposer } });
  const found = measuredAnswers(selfplay, ["deduction", "abduction"], step, answers);
  expect(found.get("deduction")).toEqual([...measured]);
  expect(found.get("abduction")).toEqual([]);
});
