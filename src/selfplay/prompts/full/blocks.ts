/** A fenced block of an answer. */
export function block(tag: string, content: string): string {
  return `\`\`\`${tag}\n${content}\n\`\`\``;
}

const FENCE = /^[ \t]*(```+)[ \t]*([^\s`]*)[^`]*$/;
const ONE_LINE = /^[ \t]*```([A-Za-z_]\w*)[ \t]+([^`]*)```[ \t]*$/;

/**
 * Contents of every fenced block with one of these tags, in order; the case of a tag is ignored. A block ends
 * at the next fence at least as long as its own, or with the text: a missing last fence is forgiven. A block on
 * one line, tag first, counts too. An empty block says nothing and is passed over.
 */
export function blocksOf(text: string, ...tags: string[]): string[] {
  return allBlocks(text).flatMap(({ tag, content }) =>
    tags.includes(tag) && content.trim() !== "" ? [content] : [],
  );
}

/** The program among several blocks: the first or last that defines f at its top level, or else the first or last. */
export function programBlock(text: string, which: "first" | "last"): string | undefined {
  const tagged = blocksOf(text, "python", "py", "python3");
  // A fence without a tag is taken for Python where no other block can be it.
  const sources = tagged.length > 0 ? tagged : blocksOf(text, "");
  const entries = sources.filter((source) => /^(?:async[ \t]+)?def[ \t]+f[ \t]*[([]/m.test(source));
  return (entries.length > 0 ? entries : sources).at(which === "first" ? 0 : -1);
}

function allBlocks(text: string): { tag: string; content: string }[] {
  const blocks: { tag: string; content: string }[] = [];
  let open: { tag: string; ticks: number; lines: string[] } | undefined;
  for (const line of text.split("\n")) {
    const fence = FENCE.exec(line);
    const [, ticks = "", tag = ""] = fence ?? [];
    if (open) {
      if (fence && ticks.length >= open.ticks) {
        blocks.push({ tag: open.tag, content: open.lines.join("\n") });
        // A fence with a tag opens the next block at once.
        open = tag === "" ? undefined : { tag: tag.toLowerCase(), ticks: ticks.length, lines: [] };
      } else open.lines.push(line);
      continue;
    }
    const single = ONE_LINE.exec(line);
    if (single) blocks.push({ tag: (single[1] ?? "").toLowerCase(), content: (single[2] ?? "").trim() });
    else if (fence) open = { tag: tag.toLowerCase(), ticks: ticks.length, lines: [] };
  }
  if (open) blocks.push({ tag: open.tag, content: open.lines.join("\n").replace(/\n$/, "") });
  return blocks;
}
