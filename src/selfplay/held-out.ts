import { normalisedProgram } from "./program.ts";

/**
 * Whether a program is held out: a share of all program texts, found by the text's hash alone, so that whoever makes
 * training data, self-play and a test set agree on it without a list. SHA-256 of the text without comments and blank
 * lines; its first 32 bits as a fraction are below `share`.
 */
export function isHeldOut(program: string, share: number): boolean {
  if (share <= 0) return false;
  const digest = new Bun.CryptoHasher("sha256").update(normalisedProgram(program)).digest();
  return digest.readUInt32BE(0) / 2 ** 32 < share;
}
