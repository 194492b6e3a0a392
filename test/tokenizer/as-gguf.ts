import type { GgufValue } from "../../src/gguf/index.ts";
import type { TokenizerFile, TokenizerSource } from "../../src/tokenizer/tokenizer-file.ts";

/** llama_token_type. */
const [NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE] = [1, 2, 3, 4, 6];

/**
 * A tokenizer.json as the metadata of a GGUF file, as llama.cpp's converter writes it: byte-level with the
 * pre-tokenizer `pre`, or SentencePiece, whose scores are told by the order in which the pieces are made.
 */
export function asGguf(
  { file, namedTokens }: TokenizerSource,
  pre: string | undefined,
): Map<string, GgufValue> {
  const { vocab, merges } = file.model;
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(vocab)) tokens[id] = token;
  const types = tokens.map(
    (token) => (pre === undefined && /^<0x..>$/.test(token) ? BYTE : NORMAL) as number,
  );
  for (const { id, content, special } of file.added_tokens) {
    tokens[id] = content;
    types[id] = (content === "<unk>" ? UNKNOWN : special ? CONTROL : USER_DEFINED) as number;
  }
  const values: [string, GgufValue][] = [
    ["tokenizer.ggml.model", pre === undefined ? "llama" : "gpt2"],
    ["tokenizer.ggml.tokens", tokens],
    ["tokenizer.ggml.token_type", types],
  ];
  if (pre === undefined) {
    values.push(["tokenizer.ggml.scores", scores(tokens, merges)]);
  } else {
    values.push(["tokenizer.ggml.pre", pre]);
    values.push(["tokenizer.ggml.merges", merges.map(joined)]);
  }
  const start = tokens.indexOf(namedTokens.bos_token ?? "");
  if (start >= 0) values.push(["tokenizer.ggml.bos_token_id", start]);
  return new Map(values);
}

const joined = (merge: string | [string, string]) => (typeof merge === "string" ? merge : merge.join(" "));

function scores(tokens: readonly string[], merges: TokenizerFile["model"]["merges"]): number[] {
  const first = new Map<string, number>();
  merges.forEach((merge, rank) => {
    const piece = joined(merge).replace(" ", "");
    if (!first.has(piece)) first.set(piece, -rank);
  });
  return tokens.map((token) => first.get(token) ?? -merges.length);
}
