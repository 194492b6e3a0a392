import type { Verdict } from "../sandbox/executor.ts";

/**
 * Why a proposal or an answer was turned down, in a word. Execution's verdicts keep their names; the others
 * are found on the host before or after execution.
 */
export const HOST_REASONS = [
  "no-answer",
  "no-program",
  "no-entry",
  "no-parameters",
  "program-too-long",
  "no-input",
  "input-not-literal",
  "no-arguments",
  "too-few-inputs",
  "no-message",
  "message-too-long",
  "message-reveals-program",
  "message-unconfirmed",
  "returns-none",
  "value-too-large",
  "not-comparable",
  "redefines-given",
  "leaves-given-out",
  "wraps-given",
  "no-problem",
  "problem-too-long",
  "no-expected-answer",
  "prompt-too-long",
  "duplicate",
  "held-out",
  "not-literal",
  "not-number",
  "not-error-name",
  "wrong",
] as const;
export type HostReason = (typeof HOST_REASONS)[number];
export type RejectionReason = HostReason | Exclude<Verdict, "ok">;

/** An answer that is no literal, no number, no program with f in it, breaks the format however it is wrapped. */
export const FORMAT_REASONS: readonly RejectionReason[] = [
  "not-literal",
  "not-number",
  "not-error-name",
  "no-program",
  "no-entry",
];

export interface Rejection {
  reason: RejectionReason;
  /** One sentence more; empty when the reason says it all. */
  detail: string;
}

/** What was read from a text, or why nothing could be. */
export type Reading<T> = { ok: true; value: T } | { ok: false; rejection: Rejection };

export function found<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function rejected(reason: RejectionReason, detail = ""): { ok: false; rejection: Rejection } {
  return { ok: false, rejection: { reason, detail } };
}
