import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { pythonRepr } from "../../src/sandbox/literals.ts";
import { openSandbox } from "../../src/sandbox/open.ts";
import text from "./benign.py" with { type: "text" };

// Generous: these tests share the machine with whatever else runs on it.
setDefaultTimeout(60_000);

/** Programs that a sandbox must leave alone: each ends with the repr of `value` in a comment. */
const programs = text
  .split(/^### /m)
  .slice(1)
  .map((section) => {
    const [name = "", ...lines] = section.trimEnd().split("\n");
    return { name, expected: lines.pop()?.slice(2) ?? "", program: lines.join("\n") };
  });

describe.each(["firejail", "bwrap"] as const)("%s", async (backend) => {
  const pool = await openSandbox({ backend, workers: 3, timeout_ms: 20_000, memory_mb: 200 });
  afterAll(() => pool[Symbol.asyncDispose]());

  test.each(programs)("$name", async ({ program, expected }) => {
    const result = await pool.run({ program, calls: ["value"], checkDeterminism: true });
    expect(result.error).toBeUndefined();
    expect(result.verdict).toBe("ok");
    expect(result.calls.map((call) => call.value && pythonRepr(call.value))).toEqual([expected]);
    expect(result.flags).toEqual([]);
  });
});
