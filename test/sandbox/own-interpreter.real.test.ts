import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { sandboxAccount } from "../../src/sandbox/account.ts";
import type { Backend } from "../../src/sandbox/backends/backend.ts";
import { firejail } from "../../src/sandbox/backends/firejail.ts";
import { openSandbox } from "../../src/sandbox/open.ts";

/** A Python whose files belong to the account that programs run under, as one that a user unpacked into /opt. */
let prefix: string;
beforeAll(() => {
  const account = sandboxAccount();
  if (!account)
    throw new Error("this test copies an interpreter into /opt: run it as root, after azr-tui setup");
  prefix = mkdtempSync("/opt/azr-test-");
  const python = realpathSync("/usr/bin/python3");
  const library = join("/usr/lib", basename(python));
  mkdirSync(join(prefix, "bin"));
  cpSync(python, join(prefix, "bin", basename(python)));
  const skipped = new Set(["test", "__pycache__", "idlelib", "ensurepip", "lib2to3"]);
  cpSync(library, join(prefix, "lib", basename(python)), {
    recursive: true,
    filter: (file) => !skipped.has(basename(file)) && !basename(dirname(file)).startsWith("config-"),
  });
  const owned = Bun.spawnSync(["chown", "-R", `${account.uid}:${account.gid}`, prefix]);
  if (!owned.success) throw new Error(owned.stderr.toString());
  process.env.AZR_SANDBOX_PYTHON = join(prefix, "bin", basename(python));
});
afterAll(() => {
  delete process.env.AZR_SANDBOX_PYTHON;
  if (prefix) rmSync(prefix, { recursive: true });
});

/** What a program can do to its interpreter's files: names of what worked. */
const SPOIL = `
import mmap, os
library = os.path.dirname(os.__file__)
file = library + "/sysconfig.py"
def change():
    descriptor = os.open(file, os.O_RDWR)
    view = mmap.mmap(descriptor, 0)
    view[0:1] = view[0:1]
done = []
for name, act in {
    "change": change,
    "create": lambda: os.open(library + "/sitecustomize.py", os.O_CREAT | os.O_WRONLY),
    "beside": lambda: os.open(library + "/../pyvenv.cfg", os.O_CREAT | os.O_WRONLY),
    "above": lambda: os.open(library + "/../../pyvenv.cfg", os.O_CREAT | os.O_WRONLY),
    "rename": lambda: os.rename(file, file + "x"),
    "remove": lambda: os.unlink(library + "/this.py"),
    "truncate": lambda: os.truncate(library + "/antigravity.py", 0),
    "link": lambda: os.symlink("/", library + "/link"),
    "mode": lambda: os.chmod(file, 0o777),
}.items():
    try:
        act()
        done.append(name)
    except OSError:
        pass
`;

test.each(["firejail", "bwrap"] as const)(
  "%s: a program cannot write to an interpreter of its own account",
  async (backend) => {
    await using pool = await openSandbox({ backend, workers: 1, timeout_ms: 30_000, memory_mb: 256 });
    const result = await pool.run({ program: SPOIL, calls: ["done", "os.__file__"] });
    expect(result.verdict).toBe("ok");
    expect(result.calls[1]?.value).toMatchObject({ value: expect.stringContaining(prefix) });
    expect(result.calls[0]?.value).toMatchObject({ type: "list", items: [] });
  },
  120_000,
);

test("a firejail that leaves a directory above the interpreter's writable is refused, and the directory is named", async () => {
  const weak: Backend = {
    ...firejail,
    files: (host, policy) =>
      firejail.files(host, policy).map((file) => ({
        ...file,
        content: String(file.content).replace(/^read-only \/opt$/m, ""),
      })),
  };
  const config = { backend: "auto", workers: 1, timeout_ms: 30_000, memory_mb: 256 } as const;
  const opening = openSandbox(config, { order: [weak] });
  await expect(opening).rejects.toThrow(
    `interpreter read-only (the worker could write to ${join(prefix, "bin")})`,
  );
}, 120_000);
