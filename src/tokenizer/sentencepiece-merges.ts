/**
 * Merges of a SentencePiece BPE vocabulary, which stores a score for each piece instead: every way to put a piece
 * together from two others, best piece first. The order is the one that transformers writes into tokenizer.json.
 */
export function sentencePieceMerges(
  pieces: readonly string[],
  scores: readonly number[],
  isMergeable: (id: number) => boolean,
): [string, string][] {
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  const found: { left: number; right: number; score: number }[] = [];
  pieces.forEach((piece, id) => {
    if (!isMergeable(id)) return;
    const ways: [left: number, right: number][] = [];
    let cut = 0;
    for (const character of piece) {
      cut += character.length;
      if (cut === piece.length) break;
      const left = ids.get(piece.slice(0, cut));
      const right = ids.get(piece.slice(cut));
      if (left !== undefined && right !== undefined) ways.push([left, right]);
    }
    ways.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    for (const [left, right] of ways) found.push({ left, right, score: scores[id] ?? 0 });
  });
  const name = (id: number) => pieces[id] as string;
  return found.sort((a, b) => b.score - a.score).map(({ left, right }) => [name(left), name(right)]);
}
