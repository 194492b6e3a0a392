/**
 * A task whose f calls a given function: without one before it a small model does not call what it is given.
 * Executed by a test.
 */
export const COMPOSITE_EXAMPLE = {
  names: ["g_1"],
  given: `def g_1(s):
    return s[::-1]`,
  program: `def f(words):
    turned = [g_1(w) for w in words]
    return "-".join(turned)`,
  input: '["abc", "de"]',
  /** How it ends, as error-deduction shows it. */
  error: "NoError",
} as const;
