import type { TaskType } from "../interfaces/role.ts";
import type { ValidTask } from "./proposal.ts";

const PROGRAM = "def f(a):\n    return a";

/**
 * The one task that self-play starts from: the identity function (arXiv 2505.03335, figure 5); of mathematics,
 * which has no such thing, a problem of two steps.
 */
export const IDENTITY: Record<TaskType, ValidTask> = {
  deduction: { program: PROGRAM, inputs: ["'Hello world'"], outputs: ["'Hello world'"], message: null },
  abduction: { program: PROGRAM, inputs: ["'Hello world'"], outputs: ["'Hello world'"], message: null },
  induction: {
    program: PROGRAM,
    inputs: [
      "'Hello world'",
      "1",
      "{'a': 1, 'b': 2}",
      "(1.1, 1.2, 1.3)",
      "[[1, 0, 0], [0, 1, 0], [0, 0, 1]]",
      "1001101100010001",
    ],
    outputs: [
      "'Hello world'",
      "1",
      "{'a': 1, 'b': 2}",
      "(1.1, 1.2, 1.3)",
      "[[1, 0, 0], [0, 1, 0], [0, 0, 1]]",
      "1001101100010001",
    ],
    message: "Write a function that returns whatever you input",
  },
  "error-deduction": { program: PROGRAM, inputs: ["'Hello world'"], outputs: ["NoError"], message: null },
  mathematics: {
    program: "Tom has 3 boxes with 12 pencils in each. He gives 5 pencils away. How many pencils are left?",
    inputs: [],
    outputs: ["31"],
    message: null,
  },
};
