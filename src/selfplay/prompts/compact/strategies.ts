import type { Strategy } from "../../../config/strategy.ts";
import type { TaskType } from "../../../interfaces/role.ts";
import { found, type Reading, rejected } from "../../rejection.ts";
import type { Exercise, Prompt } from "../prompt.ts";
import { DEMONSTRATIONS } from "./demonstrations.ts";
import { argumentCount } from "./worked-examples.ts";

export type Thinking = Exclude<Strategy, "direct">;

/** The comment that the work before an answer begins with. */
const HEADINGS: Record<Thinking, string> = {
  "step-by-step": "# Step by step:",
  "test-driven": "# Checks first:",
  "chain-of-thought": "# Let us think:",
};

/** How a type's exercises are laid out: what is given, and the line that holds the answer. */
interface Layout {
  given(exercise: Exercise): string;
  /** The answer's line of a worked example. */
  answer(input: string, output: string, program: string): string;
  stop: readonly string[];
  read(text: string): string | undefined;
}

const STOP = ["\n\n", "\n# Task"];

const LAYOUTS: Record<TaskType, Layout> = {
  deduction: {
    given: ({ program, inputs }) => `${program}\n\n# What is f(${inputs[0]})?`,
    answer: (input, output) => `assert f(${input}) == ${output}`,
    stop: STOP,
    read: (text) => /^assert f\(.*?\) ==(.*)$/m.exec(text)?.[1],
  },
  abduction: {
    given: ({ program, outputs }) => `${program}\n\n# For what is f ${outputs[0]}?`,
    answer: (input, output) => `assert f(${input}) == ${output}`,
    stop: STOP,
    read: (text) => /^assert f\((.*)\) ==/m.exec(text)?.[1],
  },
  "error-deduction": {
    given: ({ program, inputs }) => `${program}\n\n# How does f(${inputs[0]}) end?`,
    answer: (_input, output) => `# ends in: ${output}`,
    stop: STOP,
    read: (text) => /^# ends in:(.*)$/m.exec(text)?.[1],
  },
  mathematics: {
    given: ({ program }) => `# Problem\n${program}\n`,
    answer: (_input, output) => `Answer: ${output}`,
    stop: [...STOP, "\n# Problem"],
    read: (text) => /^Answer:(.*)$/m.exec(text)?.[1],
  },
  induction: {
    given: ({ inputs, outputs, message }) =>
      [`# Write f: ${message ?? ""}`, ...inputs.map((input, i) => `# f(${input}) == ${outputs[i]}`)].join(
        "\n",
      ),
    answer: (_input, _output, program) => program,
    stop: ["\n# Write f:", "\nassert", "\nprint", "\n\n\n"],
    read: (text) => /^(?:def|import|from|class)\b[\s\S]*/m.exec(text)?.[0],
  },
};

/** Worked examples with the work that leads to each answer, then the task as far as that work's heading. */
export function thinkingPrompt(type: TaskType, exercise: Exercise, strategy: Thinking): Prompt {
  const { given, answer, stop } = LAYOUTS[type];
  const heading = HEADINGS[strategy];
  const two = takesTwo(type, exercise);
  const shown = DEMONSTRATIONS[type].filter((one) => two === null || one.two === two);
  const worked = shown.map(({ example, work }) => {
    const pairs = example.calls.slice(0, type === "induction" ? 3 : 1);
    const [input, output] = pairs[0] ?? ["", ""];
    const task = {
      program: example.program,
      inputs: pairs.map(([each]) => each),
      outputs: pairs.map(([, each]) => each),
      message: example.message,
    };
    // On one line: a small model that may begin another comment goes on commenting.
    const line = `# ${work[strategy].join("; ")}`;
    return [given(task), heading, line, answer(input, output, example.program)].join("\n");
  });
  return {
    text: `${[...worked, `${given(exercise)}\n${heading}`].join("\n\n\n")}\n#`,
    opening: "#",
    stop,
  };
}

/** Where arguments or a function are to be written, the examples take as many arguments as the task does. */
function takesTwo(type: TaskType, { program, inputs }: Exercise): boolean | null {
  if (type === "induction") return argumentCount(inputs[0] ?? "") === 2;
  return type === "abduction" ? /^def f\(\s*\w+\s*,\s*\w+\s*\)/m.test(program) : null;
}

/** The answer behind the work. */
export function readThinkingAnswer(type: TaskType, text: string): Reading<string> {
  const answer = LAYOUTS[type].read(text)?.trim();
  return answer ? found(answer) : rejected("no-answer", "the work does not come to an answer");
}

/** The model's own checks: what it asserts in comments. */
export function compactChecks(text: string): string[] {
  return [...text.matchAll(/^#[ \t]*(assert[ \t].+)$/gm)].flatMap((match) =>
    (match[1] ?? "")
      .split(/;[ \t]*(?=assert[ \t])/)
      .map((check) => check.replace(/^assert[ \t]+/, "").trim()),
  );
}
