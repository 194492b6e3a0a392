/** First of the 128 lone surrogates that stand for the bytes from 0x80 on. */
const ESCAPES = 0xdc00;

/**
 * Output of a program as text. Bytes that are not UTF-8 become lone surrogates, U+DC80 to U+DCFF, as by Python's
 * `surrogateescape`: no valid text has these, so different output is never equal text.
 */
export function outputText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(bytes);
  } catch {
    return escaped(bytes);
  }
}

/** The bytes that a text was made from, by `outputText` or not. */
export function outputBytes(text: string): Buffer {
  const escapes = /(?<![\ud800-\udbff])[\udc80-\udcff]/g;
  const parts: Buffer[] = [];
  let at = 0;
  for (const { index } of text.matchAll(escapes)) {
    parts.push(Buffer.from(text.slice(at, index)), Buffer.of(text.charCodeAt(index) - ESCAPES));
    at = index + 1;
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(at))]);
}

function escaped(bytes: Uint8Array): string {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  let valid = 0;
  for (let i = 0; i < all.length; ) {
    const length = sequenceLength(all, i);
    if (length === 0) {
      parts.push(all.toString("utf8", valid, i), String.fromCharCode(ESCAPES + (all[i] as number)));
      valid = i + 1;
    }
    i += length || 1;
  }
  return parts.join("") + all.toString("utf8", valid);
}

/** Bytes of the character that begins here, 0 when none does: the well-formed sequences of the Unicode standard. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] as number;
  // Overlong forms, surrogates, and what lies beyond the last code point.
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let i = at + 2; i < at + length; i++) if (((bytes[i] as number) & 0xc0) !== 0x80) return 0;
  return length;
}
