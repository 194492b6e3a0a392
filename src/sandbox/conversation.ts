import type { CallResult, ProgramError, Verdict } from "./executor.ts";
import { decodeValue, type ValueBudget, valueBudget } from "./value-decoder.ts";

/** Kinds of things that a program can try, as inside/attempts.py names them. */
export const ATTEMPTS = [
  "device",
  "environment",
  "file-lock",
  "file-read",
  "file-write",
  "identity",
  "introspection",
  "limits",
  "memory-map",
  "native-code",
  "process",
  "signal",
  "socket",
  "thread",
  "tracing",
] as const;

type Failure = { verdict: Verdict; error: ProgramError };

/**
 * What a worker says about one job, frame by frame: what it found before anything of the program ran, which is to be
 * believed; each kind of thing that the program tried; the result. From the second on it may be the program that
 * speaks, so these can only say what a program could bring about honestly: values of its own, and failing.
 */
export class Conversation {
  /** Found before the program ran; undefined until then. */
  private found: { failure: Failure | null; calls: (ProgramError | null)[]; imports: string[] } | undefined;
  private readonly tried = new Set<string>();
  private result: { failure: Failure | null; calls: CallResult[] } | undefined;
  /** Why the worker itself could not do its work. */
  broken: string | undefined;

  constructor(
    private readonly job: { nonce: string; calls: number; forbidden: readonly string[] },
    private readonly budget: ValueBudget = valueBudget(),
  ) {}

  /** Takes the next frame; false when no worker would have written it. */
  take(frame: unknown): boolean {
    if (this.complete || !isRecord(frame)) return false;
    if (!this.found) return this.takeFindings(frame);
    if (hasKeys(frame, "tried")) return this.takeAttempt(frame.tried);
    return this.takeResult(frame);
  }

  /** Whether the program may have run: until then the worker alone could end its process. */
  get begun(): boolean {
    return this.found !== undefined;
  }

  /** Whether nothing more is to be said. */
  get complete(): boolean {
    return this.broken !== undefined || this.isRefused || this.result !== undefined;
  }

  /** Whether the program was found unfit before it ran. */
  get isRefused(): boolean {
    return this.found !== undefined && (this.found.failure !== null || this.found.imports.length > 0);
  }

  /** Safety flags so far: modules whose import was found, kinds of things that were tried. */
  get flags(): string[] {
    return [...(this.found?.imports ?? []).map((name) => `import:${name}`), ...[...this.tried].sort()];
  }

  /** How the job ended; undefined when the worker did not come to that. */
  ending(): { verdict: Verdict; error?: ProgramError; calls: CallResult[] } | undefined {
    if (this.found && this.found.imports.length > 0) {
      const message = `import of ${this.found.imports.join(", ")}`;
      return { verdict: "forbidden-import", error: { type: "ImportError", message }, calls: [] };
    }
    if (this.found?.failure) return { ...this.found.failure, calls: [] };
    if (!this.result) return undefined;
    const { failure, calls } = this.result;
    if (failure) return { ...failure, calls: [] };
    return { verdict: calls.find((call) => call.verdict !== "ok")?.verdict ?? "ok", calls };
  }

  private takeFindings(frame: Record<string, unknown>): boolean {
    if (hasKeys(frame, "unlimited") && typeof frame.unlimited === "string") {
      this.broken = readable(frame.unlimited, 200);
      return true;
    }
    if (!hasKeys(frame, "program,calls,imports")) return false;
    const failure = decodeFailure(frame.program, ["syntax-error", "memory-limit"]);
    const calls = decodeAll(frame.calls, decodeError);
    const { imports } = frame;
    const { forbidden } = this.job;
    if (failure === undefined || calls?.length !== this.job.calls) return false;
    if (!Array.isArray(imports) || !imports.every((name) => forbidden.includes(name))) return false;
    if (new Set(imports).size < imports.length) return false;
    this.found = { failure, calls, imports };
    return true;
  }

  private takeAttempt(kind: unknown): boolean {
    if (!(ATTEMPTS as readonly unknown[]).includes(kind) || this.tried.has(kind as string)) return false;
    this.tried.add(kind as string);
    return true;
  }

  private takeResult(frame: Record<string, unknown>): boolean {
    if (!hasKeys(frame, "nonce,program,calls")) return false;
    if (frame.nonce !== this.job.nonce || !Array.isArray(frame.calls)) return false;
    const failure = decodeFailure(frame.program, ["exception", "memory-limit"]);
    if (failure === undefined || frame.calls.length !== (failure ? 0 : this.job.calls)) return false;
    const calls = decodeAll(frame.calls, (call, i) => this.decodeCall(call, this.found?.calls[i] ?? null));
    if (!calls) return false;
    this.result = { failure, calls };
    return true;
  }

  /** A call that could not be compiled has no result; every other one has. */
  private decodeCall(call: unknown, error: ProgramError | null): CallResult | undefined {
    if (error) return call === null ? { verdict: "syntax-error", error } : undefined;
    if (!Array.isArray(call) || call.length !== 3) return undefined;
    if (call[0] !== "ok") {
      return decodeFailure([call[0], call[2]], ["exception", "memory-limit", "unserialisable"]) ?? undefined;
    }
    const value = call[2] === null ? decodeValue(call[1], this.budget) : undefined;
    return value && { verdict: "ok", value };
  }
}

/** All decoded, or undefined when one of them is not what it should be. */
function decodeAll<T>(
  items: unknown,
  decode: (item: unknown, index: number) => T | undefined,
): T[] | undefined {
  if (!Array.isArray(items)) return undefined;
  const decoded: T[] = [];
  for (const [i, item] of items.entries()) {
    const value = decode(item, i);
    if (value === undefined) return undefined;
    decoded.push(value);
  }
  return decoded;
}

/** `[verdict, error]` with one of the verdicts, null for none; undefined when it is neither. */
function decodeFailure(value: unknown, verdicts: readonly Verdict[]): Failure | null | undefined {
  if (value === null) return null;
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const verdict = verdicts.find((one) => one === value[0]);
  const error = decodeError(value[1]);
  return verdict && error ? { verdict, error } : undefined;
}

/** `[type, message]`, null for none; undefined when it is neither. */
function decodeError(error: unknown): ProgramError | null | undefined {
  if (error === null) return null;
  if (!Array.isArray(error) || error.length !== 2) return undefined;
  const [type, message] = error;
  if (!isText(type, 100) || !isText(message, 300)) return undefined;
  return { type: readable(type, 200), message: readable(message, 400, /[\n\t]/) };
}

/** Controls, marks of direction, separators and lone surrogates: what steers a terminal or breaks a line. */
const UNREADABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text of a program in one piece and harmless, escaped as Python would: it is shown, stored and searched. */
function readable(text: string, longest: number, kept?: RegExp): string {
  const escaped = text.replace(UNREADABLE, (character) => {
    if (kept?.test(character)) return character;
    const code = character.codePointAt(0) as number;
    const simple = { 9: "\\t", 10: "\\n", 13: "\\r" }[code];
    if (simple) return simple;
    const [letter, width] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
    return `\\${letter}${code.toString(16).padStart(width as number, "0")}`;
  });
  return escaped.slice(0, longest);
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === "string" && [...value.slice(0, 2 * longest + 2)].length <= longest;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a frame has these keys and no other. */
function hasKeys(frame: Record<string, unknown>, keys: string): boolean {
  return Object.keys(frame).join() === keys;
}
