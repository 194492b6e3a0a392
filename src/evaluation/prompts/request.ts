/** Requests to an assistant, in words of this project; the benchmarks' own texts are for models that continue them. */

export function completionRequest(prompt: string): string {
  return `Complete this Python function. Answer with one code block that holds the whole function, with the imports that it needs.

\`\`\`python
${prompt.trimEnd()}
\`\`\``;
}

export function functionRequest(task: string, tests: readonly string[]): string {
  return `${task.trim()}

Write it in Python. Answer with one code block. These tests must pass:

\`\`\`python
${tests.join("\n")}
\`\`\``;
}
