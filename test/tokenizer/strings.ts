/** What test/goldens/tokenizer/strings.json holds: pieces from which strings are drawn. */
export interface Formula {
  count: number;
  /** Strings to a hash. */
  block: number;
  fragments: string[];
  /** First and last code point. */
  ranges: [number, number][];
}

/** The strings that the goldens were made of; the same formula as in test/goldens/make/tokenizer_ids.py. */
export function strings({ count, fragments, ranges }: Formula): string[] {
  return Array.from({ length: count }, (_, index) => {
    let state = index;
    const draw = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state >>> 8) % below;
    };
    let text = "";
    for (let pieces = 1 + draw(12); pieces > 0; pieces--) {
      if (draw(4) > 0) {
        const fragment = fragments[draw(fragments.length)] ?? "";
        text += fragment.repeat(1 + (draw(16) === 0 ? draw(20) : 0));
      } else {
        const [low, high] = ranges[draw(ranges.length)] ?? [0, 0];
        for (let length = 1 + draw(6); length > 0; length--) {
          text += String.fromCodePoint(low + draw(high - low + 1));
        }
      }
    }
    return text;
  });
}
