/**
 * The three kinds of task, by what has to be inferred of (program, input, output): abduction infers an
 * input, deduction the output, induction the program (arXiv 2505.03335, section 3.2).
 */
export const TASK_TYPES = ["deduction", "abduction", "induction"] as const;
export type TaskType = (typeof TASK_TYPES)[number];
