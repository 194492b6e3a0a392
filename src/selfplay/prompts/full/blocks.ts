/** A fenced block of an answer. */
export function block(tag: string, content: string): string {
  return `\`\`\`${tag}\n${content}\n\`\`\``;
}

/** Contents of every fenced block with one of these tags, in order. A missing last fence is forgiven. */
export function blocksOf(text: string, ...tags: string[]): string[] {
  const fence = new RegExp(
    `^[ \\t]*\`\`\`(${tags.join("|")})[ \\t]*\\n([\\s\\S]*?)(?:^[ \\t]*\`\`\`|$(?![\\s\\S]))`,
    "gim",
  );
  return [...text.matchAll(fence)].map((match) => (match[2] ?? "").replace(/\n$/, ""));
}
