import { expect, test } from "bun:test";
import { join } from "node:path";

test.each(["firejail", "bwrap"])(
  "%s leaves no process to the machine's first one, however a program ends",
  (backend) => {
    const python = ["python3", join(import.meta.dir, "subreaper.py")];
    const left = Bun.spawnSync([...python, process.execPath, join(import.meta.dir, "endings.ts"), backend]);
    expect(left.stderr.toString()).toBe("");
    expect(left.exitCode).toBe(0);
    expect(left.stdout.toString()).toBe("");
  },
  120_000,
);
