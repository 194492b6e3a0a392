import { expect, test } from "bun:test";
import { type Evidence, explain, judge } from "../../src/sandbox/proof.ts";

const GOOD: Evidence = {
  status: new Map([
    ["Seccomp", "2"],
    ["Seccomp_filters", "3"],
    ["NoNewPrivs", "1"],
    ["CapEff", "0000000000000000"],
    ["CapPrm", "0000000000000000"],
    ["CapInh", "0000000000000000"],
    ["CapBnd", "0000000000000000"],
    ["CapAmb", "0000000000000000"],
    ["Uid", "999\t999\t999\t999"],
    ["NSpid", "4711\t2"],
  ]),
  ownFilters: 1,
  namespaces: {
    net: { own: "net:[1]", worker: "net:[2]" },
    mnt: { own: "mnt:[1]", worker: "mnt:[2]" },
    pid: { own: "pid:[1]", worker: "pid:[2]" },
  },
  interfaces: ["lo"],
  canary: "13",
  denied: "1 25",
  written: "",
  canaryInView: false,
};

const failed = (evidence: Evidence) =>
  judge(evidence, 2)
    .filter((line) => !line.ok)
    .map((line) => line.name);

function withStatus(name: string, value: string): Evidence {
  return { ...GOOD, status: new Map([...(GOOD.status ?? []), [name, value]]) };
}

test("a sandboxed worker passes", () => {
  expect(failed(GOOD)).toEqual([]);
});

test.each([
  ["Seccomp", "0", "seccomp filter"],
  ["Seccomp", "1", "seccomp filter"],
  ["NoNewPrivs", "0", "no new privileges"],
  ["CapEff", "000001ffffffffff", "no capability"],
  ["Seccomp_filters", "2", "seccomp filter"],
  ["Seccomp_filters", "unknown", "seccomp filter"],
  ["CapPrm", "0000000000000001", "no capability"],
  ["CapInh", "0000000000000400", "no capability"],
  ["CapBnd", "000001ffffffffff", "no capability"],
  ["CapAmb", "0000000000000400", "no capability"],
  ["Uid", "0\t0\t0\t0", "ordinary user"],
  ["Uid", "999\t0\t999\t999", "ordinary user"],
  ["NSpid", "4711", "own process numbers"],
])("%s: %s fails", (name, value, line) => {
  expect(failed(withStatus(name, value))).toEqual([line]);
});

test("an interpreter that could be written to fails, and is named", () => {
  const evidence = { ...GOOD, written: "/opt/py/lib" };
  expect(failed(evidence)).toEqual(["interpreter read-only"]);
  expect(explain("firejail", judge(evidence, 2))).toContain("the worker could write to /opt/py/lib");
});

test("the host's namespaces and files fail", () => {
  const shared = { own: "net:[1]", worker: "net:[1]" };
  expect(failed({ ...GOOD, namespaces: { ...GOOD.namespaces, net: shared } })).toEqual(["own network"]);
  expect(failed({ ...GOOD, namespaces: { ...GOOD.namespaces, mnt: shared } })).toEqual(["own file system"]);
  expect(failed({ ...GOOD, canary: "read" })).toEqual(["canary file hidden"]);
  expect(failed({ ...GOOD, canaryInView: true })).toEqual(["canary file hidden"]);
});

test.each(["done done", "1 done", "13 25", ""])(
  "without the project's own filter (%p), whatever others count",
  (denied) => {
    const status = new Map([...(GOOD.status ?? []), ["Seccomp_filters", "9"] as const]);
    expect(failed({ ...GOOD, status, denied })).toEqual(["own seccomp filter"]);
  },
);

test("where namespaces are not shown, the interfaces and the canary decide", () => {
  const unseen = { own: "net:[1]", worker: undefined };
  const namespaces = { net: unseen, mnt: unseen, pid: unseen };
  expect(failed({ ...GOOD, namespaces, canaryInView: undefined })).toEqual([]);
  expect(failed({ ...GOOD, namespaces, interfaces: ["lo", "eth0"] })).toEqual(["own network"]);
  expect(failed({ ...GOOD, namespaces, interfaces: undefined })).toEqual(["own network"]);
  expect(failed({ ...GOOD, namespaces, canary: "read" })).toEqual(["own file system", "canary file hidden"]);
});

test("a process that is gone proves nothing", () => {
  expect(failed({ ...GOOD, status: undefined }).length).toBeGreaterThanOrEqual(5);
});

test("firejail's trap is explained, and nothing else is taken for it", () => {
  const bare = new Map([
    ...(GOOD.status ?? []),
    ["Seccomp", "0"],
    ["Seccomp_filters", "1"],
    ["NSpid", "4711"],
  ]);
  const text = explain("firejail", judge({ ...GOOD, status: bare }, 2));
  expect(text).toContain("seccomp filter (Seccomp: 0, filters: 1 of 3)");
  expect(text).toContain("without a sandbox, as it does inside some containers");
  expect(explain("firejail", judge(withStatus("Seccomp_filters", "2"), 2))).toBe(
    "A worker of firejail could not prove its sandbox: seccomp filter (Seccomp: 2, filters: 2 of 3).",
  );
});
