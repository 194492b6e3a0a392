import type { RolloutRecord, TaskRecord } from "../../runs/index.ts";

/** What a solver was asked, what is right and what came of its answer; Python source but for mathematics. */
export interface Asked {
  program: string;
  asked: string;
  expected: string;
  came: string;
}

/** Of a rollout that solves a task. */
export function askedOf(rollout: RolloutRecord, { program, inputs, outputs, message }: TaskRecord): Asked {
  const { type, answer, verdict, detail } = rollout;
  const [input = "", output = ""] = [inputs[0], outputs[0]];
  const given = answer?.trim() ?? "no answer";
  const calls = inputs.map((one, index) => `f(${one}) == ${outputs[index] ?? ""}`);
  // The first half is shown to the solver, the rest tests its program.
  const shown = Math.floor(inputs.length / 2);
  switch (type) {
    case "abduction": {
      const outcome =
        verdict === "ok" ? ` == ${output}` : verdict === "wrong" ? ` ${detail}` : `: ${verdict}`;
      const came = answer === null ? given : `f(${given})${outcome}`;
      return { program, asked: `f(?) == ${output}`, expected: `f(${input}), or other arguments`, came };
    }
    case "induction": {
      const asked = [...calls.slice(0, shown), ...(message ? [`# ${message}`] : [])].join("\n");
      const came = verdict === "ok" ? "all of them" : detail || verdict;
      return { program: "", asked, expected: calls.slice(shown).join("\n"), came };
    }
    case "mathematics":
      return { program: "", asked: program, expected: output, came: given };
    default:
      return { program, asked: `f(${input})`, expected: output, came: given };
  }
}
