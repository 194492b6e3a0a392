/**
 * The kinds of task. The first three by what has to be inferred of (program, input, output): abduction infers
 * an input, deduction the output, induction the program (arXiv 2505.03335, section 3.2). Then the error that a
 * program ends in (the official code's code_e), and the answer of a numeric problem in words (minAZR).
 */
export const TASK_TYPES = ["deduction", "abduction", "induction", "error-deduction", "mathematics"] as const;
export type TaskType = (typeof TASK_TYPES)[number];

/** What a run plays that names no types. */
export const DEFAULT_TASK_TYPES = ["deduction", "abduction", "induction"] as const satisfies TaskType[];

/** Types whose tasks the templates write. */
export const TEMPLATE_TYPES: readonly TaskType[] = ["deduction", "abduction", "induction", "error-deduction"];
