import { afterEach, expect, test } from "bun:test";
import { BACKENDS, openSandbox, platformBackends, prepare } from "../../src/sandbox/open.ts";
import { policyFrom } from "../../src/sandbox/policy.ts";

const CONFIG = { backend: "auto", workers: 1, timeout_ms: 1000, memory_mb: 200 } as const;

const temporary = process.env.TMPDIR;
afterEach(() => {
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
});

test("a TMPDIR where nothing can be made is named", async () => {
  process.env.TMPDIR = "/nowhere/at-all";
  await expect(prepare(BACKENDS["unsafe-local"], policyFrom(CONFIG))).rejects.toMatchObject({
    name: "SandboxError",
    message: expect.stringMatching(/^The sandbox cannot make a directory in \/nowhere\/at-all: ENOENT/),
    mend: "Set TMPDIR to a directory that can be written.",
  });
});

test("a backend of another system is refused as such, with no advice to install it", async () => {
  const foreign = (["firejail", "sandbox-exec"] as const).filter(
    (name) => !platformBackends().some((backend) => backend.name === name),
  );
  expect(foreign.length).toBeGreaterThan(0);
  for (const backend of foreign) {
    await expect(openSandbox({ ...CONFIG, backend })).rejects.toMatchObject({
      message: `No sandbox can be used. ${backend}: exists on ${backend === "firejail" ? "Linux" : "macOS"} only.`,
      mend: "Choose auto. Each proof line by line: azr-tui sandbox check",
    });
  }
});

test("pieces of advice stand as sentences of their own", async () => {
  const order = ["one", "two"].map((name) => ({
    ...BACKENDS["unsafe-local"],
    programs: [`azr-no-${name}`],
  }));
  const error = await openSandbox(CONFIG, { order }).catch((reason: Error) => reason);
  expect(error).toMatchObject({
    message:
      "No sandbox can be used. unsafe-local: azr-no-one is not installed. unsafe-local: azr-no-two is not installed.",
    mend: expect.stringMatching(/\w\. Each proof line by line: azr-tui sandbox check$/),
  });
});
