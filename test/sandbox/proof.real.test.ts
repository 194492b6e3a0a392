import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backend } from "../../src/sandbox/backends/backend.ts";
import { bwrap } from "../../src/sandbox/backends/bwrap.ts";
import { firejail } from "../../src/sandbox/backends/firejail.ts";
import { openSandbox } from "../../src/sandbox/open.ts";

// Generous: these tests share the machine with whatever else runs on it.
setDefaultTimeout(60_000);

const CONFIG = { backend: "auto", workers: 1, timeout_ms: 20_000, memory_mb: 200 } as const;

/** A firejail that starts the program without a sandbox and ends with its exit code, as it may in a container. */
const trap: Backend = {
  ...firejail,
  programs: [],
  launch: (_host, _policy, python) => ({ command: [...python] }),
};

async function refusal(order: Backend[]): Promise<string> {
  const error = await openSandbox(CONFIG, { order }).then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(error?.name).toBe("SandboxError");
  return error?.message ?? "";
}

test("a launcher that runs the program unsandboxed is caught and explained", async () => {
  const message = await refusal([trap]);
  expect(message).toContain("seccomp filter (Seccomp: 0, filters: 0 of");
  expect(message).toContain("own network");
  expect(message).toContain("canary file hidden (worker: could read it");
  expect(message).toContain("as it does inside some containers");
});

test("auto goes on to the next backend that proves itself", async () => {
  const remarks: string[] = [];
  const onPassedOver = (remark: string) => void remarks.push(remark);
  await using pool = await openSandbox(CONFIG, { order: [trap, bwrap], onPassedOver });
  expect(pool.backend).toBe("bwrap");
  expect(remarks).toEqual([
    expect.stringMatching(/^bwrap is used\. firejail: A worker of firejail could not prove its sandbox: /),
  ]);
  expect((await pool.run({ program: "x = 1", calls: ["x"] })).verdict).toBe("ok");
});

test.each([
  [
    "the network of the host",
    "--unshare-all",
    ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"],
    "own network",
  ],
  ["no seccomp filter", "--seccomp", ["--new-session", "--setenv", "A"], "seccomp filter"],
])("a bwrap with %s is refused", async (_what, option, instead, line) => {
  const weak: Backend = {
    ...bwrap,
    launch(host, policy, python) {
      const { command } = bwrap.launch(host, policy, python);
      return {
        ...bwrap.launch(host, policy, python),
        command: command.flatMap((word) => (word === option ? instead : [word])),
      };
    },
  };
  expect(await refusal([weak])).toContain(line);
});

test("a firejail with more filters than it needs does not stand in for the project's own", async () => {
  const more: Backend = {
    ...firejail,
    ownFilter: () => new Uint8Array(16),
    files: (host, policy) =>
      firejail
        .files(host, policy)
        .map((file) => ({ ...file, content: `${file.content}memory-deny-write-execute\nprotocol unix\n` })),
  };
  expect(await refusal([more])).toContain("own seccomp filter (fcntl, ioctl: ");
});

test("a launcher that fails says why", async () => {
  const broken: Backend = {
    ...bwrap,
    launch: () => ({ command: ["/bin/sh", "-c", "echo no such luck >&2; exit 7"] }),
  };
  expect(await refusal([broken])).toContain("did not start: no such luck");
});

test("a TMPDIR that the sandbox's account may not enter is named, where that is why no worker starts", async () => {
  const closed = mkdtempSync(join(tmpdir(), "azr-closed-"));
  const former = process.env.TMPDIR;
  process.env.TMPDIR = closed;
  try {
    const opening = openSandbox(CONFIG, { order: [firejail] });
    // Without an account firejail is started as the one whom the directory belongs to.
    if (process.getuid?.() !== 0) await (await opening)[Symbol.asyncDispose]();
    else {
      const error = await opening.catch((reason: Error) => reason);
      expect(error).toMatchObject({
        message: expect.stringContaining(`Its files are behind ${closed} (mode 0700), which the account`),
        mend: expect.stringContaining("Set TMPDIR to a directory that every account may enter. Each proof"),
      });
    }
  } finally {
    if (former === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = former;
    rmSync(closed, { recursive: true });
  }
});

test("a backend that is not installed says so", async () => {
  const message = await refusal([{ ...firejail, programs: ["azr-no-such-program"] }]);
  expect(message).toContain("azr-no-such-program is not installed");
});

test("unsafe-local is opened only when it is allowed", async () => {
  const config = { ...CONFIG, backend: "unsafe-local" } as const;
  await expect(openSandbox(config)).rejects.toThrow("without any sandbox");
  await using pool = await openSandbox(config, { allowUnsafe: true });
  expect((await pool.run({ program: "x = 1", calls: ["x"] })).verdict).toBe("ok");
});

test("a pool whose workers stop proving themselves rejects its jobs", async () => {
  const directory = mkdtempSync(join(tmpdir(), "azr-fading-"));
  const flag = join(directory, "weak");
  const fading: Backend = {
    ...bwrap,
    launch(host, policy, python) {
      const { command, descriptor3 } = bwrap.launch(host, policy, python);
      if (Bun.file(flag).size > 0) return { command: ["/bin/sh", "-c", "exit 1"] };
      return { command, ...(descriptor3 ? { descriptor3 } : {}) };
    },
  };
  const pool = await openSandbox(CONFIG, { order: [fading] });
  writeFileSync(flag, "x");
  const results = await Promise.allSettled(
    Array.from({ length: 3 }, () => pool.run({ program: "x = 1", calls: [] })),
  );
  expect(results.map((result) => result.status)).toContain("rejected");
  await pool[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});
