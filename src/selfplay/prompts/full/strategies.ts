import type { Strategy } from "../../../config/strategy.ts";
import type { TaskType } from "../../../interfaces/role.ts";

/** What a strategy adds to a question; the direct one adds nothing. */
export function advised(question: string, type: TaskType, strategy: Strategy): string {
  if (strategy === "direct") return question;
  return `${question}\n\n### How to go about it\n${ADVICE[strategy][type] ?? GENERAL[strategy]}`;
}

type Thinking = Exclude<Strategy, "direct">;

const GENERAL: Record<Thinking, string> = {
  "step-by-step": "Work in numbered steps in your thoughts, each with what comes of it. Only then answer.",
  "test-driven":
    "In your thoughts, first write down what any right answer must fulfil. Then find an answer, hold it against each \
of these points, and change it until it passes all of them.",
  "chain-of-thought":
    "In your thoughts, reason in plain words before you answer: what is asked, what is known, and what follows from it.",
};

const ADVICE: Record<Thinking, Partial<Record<TaskType, string>>> = {
  "step-by-step": {
    deduction:
      "In your thoughts, go through the program line by line with this input. After each line write the value of \
every variable that has changed; write out each turn of a loop.",
    abduction:
      "In your thoughts, begin with the output and undo the program's steps one by one, the last one first. Then go \
forwards through the program with the input that you found.",
    induction:
      "In your thoughts, write for each pair how the output comes of the input, one step at a time. Then write the \
steps that all pairs share as code.",
  },
  "test-driven": {
    deduction:
      "In your thoughts, first write a ```tests block of checks that any right output passes, one a line, on the \
variable `answer`, such as `assert isinstance(answer, list)` or `assert len(answer) == 3`. Then work out the output \
and hold it against them.",
    abduction:
      "In your thoughts, first write a ```tests block of checks that a right input passes, one a line, such as \
`assert f(3, 4) == 12` for each input that you consider. Work out which of them holds, and answer with that input.",
    induction:
      "In your thoughts, first write a ```tests block of checks on f, one a line, such as `assert f(3) == 6`: the pairs \
that are given, and two more that follow from the rule you suspect. Then write a program that passes all of them.",
  },
  "chain-of-thought": {
    deduction:
      "In your thoughts, say in plain words what the program is for and what each part of it does, and then what that \
means for this input.",
    abduction:
      "In your thoughts, say in plain words what the program is for, what the output tells of the input, and what is \
left to choose.",
    induction:
      "In your thoughts, say in plain words what the pairs have in common, which rule explains all of them, and what it \
does at the edges.",
  },
};
