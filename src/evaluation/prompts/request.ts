/** Requests to an assistant, in words of this project; the benchmarks' own texts are for models that continue them. */

export function completionRequest(prompt: string): string {
  return `Complete this Python function. Answer with one code block that holds the whole function, with the imports that it needs.

\`\`\`python
${prompt.trimEnd()}
\`\`\``;
}

/** A function from a sentence and its tests. */
export interface FunctionTask {
  task: string;
  tests: readonly string[];
}

/** The request of one task, after `shown`: others with a right program each. */
export function functionRequest(
  { task, tests }: FunctionTask,
  shown: readonly (FunctionTask & { code: string })[] = [],
): string {
  const examples = shown.map(
    (one) =>
      `${one.task.trim()}\n\nTests:\n\n${block(one.tests.join("\n"))}\n\nAnswer:\n\n${block(one.code)}\n\n`,
  );
  const before =
    shown.length > 0 ? `Here are tasks with right answers.\n\n${examples.join("")}Now this one.\n\n` : "";
  return `${before}${task.trim()}\n\nWrite it in Python. Answer with one code block. These tests must pass:\n\n${block(tests.join("\n"))}`;
}

const block = (code: string): string => `\`\`\`python\n${code.trim()}\n\`\`\``;
