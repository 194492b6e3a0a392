import { CHARACTER_OF_BYTE } from "../src/tokenizer/byte-level.ts";
import type { TokenizerFile } from "../src/tokenizer/tokenizer-file.ts";

/**
 * How texts are cut into words, inside which pairs merge: letters of a quoted string and digits stand alone, the end
 * of a line goes with the indentation after it, a name with its space before and its bracket behind.
 */
export const WORDS = `[A-Za-z](?=[A-Za-z]*['"])|[0-9]|\\)?:?\\n *| ?[A-Za-z_]+\\(?| ?[^\\sA-Za-z_0-9'"]+ ?|['"]+|\\s`;

/** Ends a response. */
export const END = "<end>";

/**
 * A byte-level BPE tokenizer (Sennrich et al., arXiv 1508.07909, algorithm 1, on bytes) with `size` tokens: the tags,
 * `END`, the 256 bytes and merges. Of pairs that occur as often, the first by their names is merged.
 */
export function trainTokenizer(
  texts: Iterable<string>,
  { size, tags }: { size: number; tags: readonly string[] },
): TokenizerFile {
  const special = [END, ...tags];
  const vocab = new Map<string, number>();
  for (const name of [...special, ...CHARACTER_OF_BYTE]) vocab.set(name, vocab.size);
  const words = countWords(texts, tags);
  const merges: [string, string][] = [];
  while (vocab.size < size) {
    const pair = mostFrequent(words);
    if (!pair) break;
    merges.push(pair);
    vocab.set(pair.join(""), vocab.size);
    for (const word of words) word.parts = merged(word.parts, pair);
  }
  return {
    added_tokens: special.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      // Tags are part of the text and stay in it when it is decoded.
      special: content === END,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: WORDS }, behavior: "Isolated", invert: false },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocab),
      merges,
    },
  };
}

interface Word {
  parts: string[];
  count: number;
}

/** The words of the texts in bytes' names, with how often each occurs, in an order that the texts' does not change. */
function countWords(texts: Iterable<string>, tags: readonly string[]): Word[] {
  const counts = new Map<string, number>();
  const [tag, word] = [new RegExp(tags.join("|")), new RegExp(WORDS, "g")];
  for (const text of texts) {
    for (const part of text.split(tag)) {
      for (const [match] of part.matchAll(word)) counts.set(match, (counts.get(match) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([text, count]) => ({
      parts: Array.from(new TextEncoder().encode(text), (byte) => CHARACTER_OF_BYTE[byte] as string),
      count,
    }));
}

function mostFrequent(words: readonly Word[]): [string, string] | undefined {
  const counts = new Map<string, { pair: [string, string]; count: number }>();
  for (const { parts, count } of words) {
    for (let i = 1; i < parts.length; i++) {
      const pair: [string, string] = [parts[i - 1] as string, parts[i] as string];
      const key = pair.join(" ");
      const entry = counts.get(key);
      if (entry) entry.count += count;
      else counts.set(key, { pair, count });
    }
  }
  const ordered = [...counts].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1));
  return ordered[0]?.[1].pair;
}

function merged(parts: string[], [left, right]: readonly [string, string]): string[] {
  const result: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] === left && parts[i + 1] === right) {
      result.push(left + right);
      i++;
    } else result.push(parts[i] as string);
  }
  return result;
}
