import { expect, test } from "bun:test";
import { TextTokenizer } from "../../src/tokenizer/text-tokenizer.ts";
import { END, trainTokenizer } from "../../tiny/byte-pairs.ts";

const TEXTS = ["<in>[12, 3], 'akd'<out>return a", "return a + 12", "return 'akd'\n    return a"];
const file = trainTokenizer(TEXTS, { size: 290, tags: ["<in>", "<out>"] });
const tokenizer = new TextTokenizer({
  file,
  namedTokens: { eos_token: END },
  endTokens: [file.model.vocab[END] as number],
});
const pieces = (text: string) => tokenizer.encode(text).map((id) => tokenizer.decode([id]));

test("tags, digits and quoted letters are single tokens; frequent words are one", () => {
  expect(pieces("<in>[12, 3], 'akd'<out>return a").join("|")).toBe(
    "<in>|[|1|2|, |3|], |'|a|k|d|'|<out>|return| a",
  );
});

test("the vocabulary is the tokens that were asked for, the merges in their order", () => {
  const { vocab, merges } = file.model;
  expect([END, "<in>", "<out>"].map((token) => vocab[token])).toEqual([0, 1, 2]);
  // Fewer than asked for: these texts have no more pairs to merge.
  const size = Object.keys(vocab).length;
  expect(size).toBeLessThan(290);
  expect(new Set(Object.values(vocab))).toEqual(new Set(Array.from({ length: size }, (_, id) => id)));
  expect(size).toBe(3 + 256 + merges.length);
  expect(merges.every((pair) => typeof pair !== "string" && pair.join("") in vocab)).toBe(true);
});

test("any text comes back, and only the end token leaves no text", () => {
  for (const text of ["def f(a):\n    return a\n", 'é "x" 漢字 \t\n\n', "a<in>b<end>", "'ab1'"]) {
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  }
  const end = [...tokenizer.endTokens];
  expect(end).toEqual([0]);
  expect(tokenizer.decode([...tokenizer.encode("1<out>2"), ...end])).toBe("1<out>2");
});

test("the same texts in another order make the same tokenizer", () => {
  expect(trainTokenizer(TEXTS.toReversed(), { size: 290, tags: ["<in>", "<out>"] })).toEqual(file);
});
