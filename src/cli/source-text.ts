import { readFileSync } from "node:fs";
import { ConfigError } from "../errors/index.ts";

const WHY: Record<string, string> = {
  ENOENT: "There is no file",
  EISDIR: "A file is needed, and this is a directory:",
  EACCES: "There is no permission to read",
};

/** Bytes of a file that a user named; `-` is standard input. Raises ConfigError that says what it is instead. */
export async function readNamedFile(path: string): Promise<Uint8Array> {
  if (path === "-") return await Bun.stdin.bytes();
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ConfigError(`${WHY[code ?? ""] ?? `${message}:`} ${path}.`, {
      mend: "Name a file that exists, or - for standard input.",
      cause: error,
    });
  }
}

/** Text of bytes that must be UTF-8, unaltered. Raises ConfigError with the offset of the first byte that is not. */
export function utf8Text(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const offset = firstInvalid(bytes);
    const line = bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length + 1;
    const byte = `0x${(bytes[offset] ?? 0).toString(16).padStart(2, "0")}`;
    throw new ConfigError(`${name} is not UTF-8: byte ${byte} at offset ${offset}, in line ${line}.`, {
      mend: "Save it as UTF-8.",
      cause: error,
    });
  }
}

/** Offset of the first sequence that is not UTF-8, in bytes that hold one. */
function firstInvalid(bytes: Uint8Array): number {
  const decoder = (end: number) =>
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, end), {
      stream: true,
    });
  // The longest start that decodes; what it leaves over is the beginning of the sequence that is wrong.
  let [good, bad] = [0, bytes.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      decoder(middle);
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return Buffer.byteLength(decoder(good));
}

const CODING = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const SUPERSETS_OF_ASCII = /^(?:latin-?1|iso-?8859-?\d+|cp125\d|windows-125\d)$/;

/**
 * A Python program as Python would read its file: UTF-8 with or without a mark at the start. Another encoding declared
 * in the first two lines (PEP 263) is refused, unless the file is ASCII and the encoding too. Raises ConfigError.
 */
export function pythonProgram(bytes: Uint8Array, name: string): string {
  const text = utf8Text(bytes, name).replace(/^\ufeff/, "");
  const [first = "", second = ""] = text.split(/\r\n?|\n/, 2);
  const declared = CODING.exec(first) ?? (/^[ \t\f]*(?:#|$)/.test(first) ? CODING.exec(second) : null);
  const encoding = declared?.[1]?.toLowerCase().replaceAll("_", "-");
  if (encoding === undefined || /^(?:utf-?8(?:-.*)?|u8|us-ascii|ascii)$/.test(encoding)) return text;
  if (SUPERSETS_OF_ASCII.test(encoding) && bytes.every((byte) => byte < 0x80)) return text;
  throw new ConfigError(`${name} declares the encoding ${encoding}, and only UTF-8 is read.`, {
    mend: "Save it as UTF-8 and take the declaration away.",
  });
}
