import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Host } from "../../../src/sandbox/backends/backend.ts";
import { bwrap } from "../../../src/sandbox/backends/bwrap.ts";
import { firejail } from "../../../src/sandbox/backends/firejail.ts";
import { sandboxExec } from "../../../src/sandbox/backends/sandbox-exec.ts";
import { unsafeLocal } from "../../../src/sandbox/backends/unsafe-local.ts";
import type { Policy } from "../../../src/sandbox/policy.ts";

const POLICY: Policy = {
  timeoutMs: 5000,
  clockMs: 30000,
  cpuSeconds: 10,
  mostCpuSeconds: 60,
  memoryBytes: 1 << 30,
  outputBytes: 1 << 20,
  descriptors: 32,
  startMs: 10_000,
  fileBytes: 1,
  watchMemory: false,
  workers: 4,
  waiting: 100,
};

/** A Debian machine where the engine runs as root. */
const DEBIAN: Host = {
  account: { uid: 999, gid: 998 },
  interpreter: {
    path: "/usr/bin/python3.11",
    version: "3.11.2",
    worker: new Uint8Array(),
    roots: ["/usr/bin/python3.11", "/usr/lib/python3.11"],
    libraries: [],
  },
  beside: [],
  topLevel: [
    "/boot",
    "/data",
    "/dev",
    "/etc",
    "/home",
    "/proc",
    "/root",
    "/run",
    "/sys",
    "/tmp",
    "/usr",
    "/var",
  ],
  usr: ["/usr/bin", "/usr/lib", "/usr/lib64", "/usr/local", "/usr/share"],
  links: [
    { path: "/bin", target: "usr/bin" },
    { path: "/lib", target: "usr/lib" },
    { path: "/lib64", target: "usr/lib64" },
    { path: "/vmlinuz", target: "boot/vmlinuz" },
  ],
  architecture: "x64",
  directory: "/pool",
  programs: {
    firejail: "/usr/bin/firejail",
    bwrap: "/usr/bin/bwrap",
    prlimit: "/usr/bin/prlimit",
    setpriv: "/usr/bin/setpriv",
  },
};

/** A container image whose Python, with a libpython of its own, lives in /usr/local; /lib is a directory there. */
const IMAGE: Host = {
  ...DEBIAN,
  account: undefined,
  interpreter: {
    ...DEBIAN.interpreter,
    path: "/usr/local/bin/python3.12",
    roots: ["/usr/local/bin/python3.12", "/usr/local/lib/python3.12", "/usr/local/lib/libpython3.12.so.1.0"],
    libraries: ["/usr/local/lib"],
  },
  beside: ["/usr/local/lib/tcl8.6", "/usr/local/share"],
  topLevel: ["/bin", "/dev", "/etc", "/lib", "/lib64", "/proc", "/run", "/usr"],
  links: [],
  architecture: "arm64",
};

const MAC: Host = {
  ...IMAGE,
  programs: { "sandbox-exec": "/usr/bin/sandbox-exec" },
  interpreter: { ...IMAGE.interpreter, path: '/opt/home"brew/python3', roots: ['/opt/home"brew/lib'] },
};

/** The generated text of a launch: files (text ones whole) and the command line. */
function rendered(backend: typeof firejail, host: Host): string {
  const files = backend
    .files(host, POLICY)
    .map(({ name, content }) =>
      typeof content === "string"
        ? `--- ${name}\n${content}`
        : `--- ${name}\n${Buffer.from(content).toString("hex").replace(/.{16}/g, "$&\n")}`,
    );
  const { command, descriptor3 } = backend.launch(host, POLICY, ["python3", "-c", "pass"]);
  return `${[...files, `--- command${descriptor3 ? ` (3 < ${descriptor3})` : ""}`, ...command].join("\n")}\n`;
}

test.each([
  ["firejail-debian", firejail, DEBIAN],
  ["firejail-image", firejail, IMAGE],
  ["bwrap-debian", bwrap, DEBIAN],
  ["bwrap-image", bwrap, IMAGE],
  ["sandbox-exec-mac", sandboxExec, MAC],
  ["unsafe-local", unsafeLocal, DEBIAN],
] as const)("%s matches its golden", async (name, backend, host) => {
  const golden = Bun.file(join(import.meta.dir, "../../goldens/sandbox", `${name}.txt`));
  const text = rendered(backend, host);
  if (process.env.AZR_UPDATE_GOLDENS) await Bun.write(golden, text);
  expect(text).toBe(await golden.text());
});

test("firejail hides all of the root, of /usr and of /run except what Python needs, whenever it came there", () => {
  const lines = (host: Host) => String(firejail.files(host, POLICY)[0]?.content).split("\n");
  const profile = lines(DEBIAN);
  const kept = (all: string[]) =>
    all.filter((line) => line.startsWith("noblacklist ")).map((line) => line.slice(12));
  for (const path of ["/usr", "/proc", "/dev", "/run", "/usr/lib", "/usr/bin"])
    expect(kept(profile)).toContain(path);
  for (const path of [
    "/boot",
    "/etc",
    "/home",
    "/root",
    "/sys",
    "/tmp",
    "/var",
    "/opt",
    "/usr/local",
    "/usr/share",
  ])
    expect(kept(profile)).not.toContain(path);
  // The patterns come behind what they spare.
  const last = profile.findLastIndex((line) => line.startsWith("noblacklist "));
  for (const line of ["blacklist /*", "blacklist /usr/*"])
    expect(profile.indexOf(line)).toBeGreaterThan(last);
  expect(profile).toContain("whitelist /run/azr-tui-nothing");
  expect(kept(lines(IMAGE))).toContain("/usr/local");
  expect(lines(IMAGE)).toContain("blacklist /usr/local/share");
});

test("an architecture without a filter has no bwrap", () => {
  expect(() => bwrap.files({ ...DEBIAN, architecture: "riscv64" }, POLICY)).toThrow("none for riscv64");
});

type Form = string | Form[];

/** Reads a Seatbelt profile as what it is: S-expressions with strings and comments. Throws on anything else. */
function readForms(text: string): Form[] {
  const tokens = text.match(/;[^\n]*|"(?:\\.|[^"\\])*"|[()]|[^\s()";]+|\S/g) ?? [];
  const stack: Form[][] = [[]];
  for (const token of tokens) {
    if (token.startsWith(";")) continue;
    if (token === "(") stack.push([]);
    else if (token === ")") {
      const form = stack.pop() as Form[];
      const parent = stack.at(-1);
      if (!parent) throw new Error("one parenthesis too many");
      parent.push(form);
    } else if (/^"(?:\\.|[^"\\])*"$|^[\w.*+-]+$/.test(token)) stack.at(-1)?.push(token);
    else throw new Error(`no word of the language: ${token}`);
  }
  if (stack.length !== 1) throw new Error("a parenthesis is not closed");
  return stack[0] as Form[];
}

const OPERATIONS =
  /^(?:default|process-exec|process-fork|process-info|signal|sysctl-read|file-read|file-read-metadata|file-map-executable|file-write|file-write-data|network|mach-lookup|ipc-posix|iokit-open)\*?$/;
const FILTERS = ["literal", "subpath", "target", "require-not"];

test("the Seatbelt profile is well formed: a version, a default of deny, known operations and filters", () => {
  const forms = readForms(String(sandboxExec.files(MAC, POLICY)[0]?.content));
  expect(forms[0]).toEqual(["version", "1"]);
  expect(forms[1]).toEqual(["deny", "default"]);
  for (const [action, ...words] of forms.slice(2) as Form[][]) {
    if (action === "import") continue;
    expect(["allow", "deny"]).toContain(action as string);
    const operations = words.filter((word) => typeof word === "string");
    expect(operations.length).toBeGreaterThan(0);
    for (const operation of operations) expect(operation).toMatch(OPERATIONS);
    for (const filter of words.filter((word) => typeof word !== "string")) {
      expect(FILTERS).toContain(filter[0] as string);
      expect(filter.length).toBe(2);
    }
  }
  // Nothing that gives a second process, the network or a writable file is allowed.
  const allowed = (forms as Form[][]).filter(([action]) => action === "allow").flat();
  for (const operation of ["process-fork", "network*", "file-write*", "mach-lookup", "iokit-open"]) {
    expect(allowed).not.toContain(operation);
  }
  expect(JSON.stringify(forms)).toContain(JSON.stringify(String.raw`"/opt/home\"brew/lib"`).slice(1, -1));
});

test("the limits of sandbox-exec hold in what it starts, and where one cannot be set nothing is started", () => {
  const { command } = sandboxExec.launch(MAC, POLICY, []);
  const shell = command.slice(0, command.indexOf("/usr/bin/sandbox-exec"));
  const ask = [
    "/bin/sh",
    "-c",
    'ulimit -t; ulimit -H -t; ulimit -n; ulimit -H -n; ulimit -f; echo "$@"',
    "x",
    "a b",
  ];
  const asked = Bun.spawnSync([...shell, ...ask]);
  expect(asked.stdout.toString()).toBe("62\n62\n32\n32\n0\na b\n");
  const refused = Bun.spawnSync([...shell.slice(0, -1), "none", "/bin/echo", "started"]);
  expect(refused.stdout.toString()).toBe("");
  expect(refused.exitCode).not.toBe(0);
});
