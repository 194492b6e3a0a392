import { expect, test } from "bun:test";
import { join } from "node:path";

test("repr, == and the parser agree with Python's on 100,000 random pairs", async () => {
  const child = Bun.spawn([process.execPath, "test", join(import.meta.dir, "literals.real.test.ts")], {
    env: { ...process.env, AZR_LITERAL_PAIRS: "100000" },
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  expect(await child.exited).toBe(0);
}, 600_000);
