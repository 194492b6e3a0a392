import { existsSync } from "node:fs";
import type { BackendName } from "./backends/backend.ts";
import { processInterfaces, processNamespace, processStatus } from "./process-table.ts";

/** One thing that a worker has to show before its first job. */
export interface ProofLine {
  name: string;
  ok: boolean;
  /** What was seen, in words. */
  seen: string;
}

/** What a worker says of itself before its first job. */
export interface Hello {
  /** What it met when it opened the canary: `read`, or an error number. */
  canary: string;
  /** What it met at fcntl(F_GETLK) and at ioctl(FIONBIO), which the project's own filter alone denies: as above. */
  denied: string;
  /** The first of the interpreter's files that it could have written to; empty where there is none. */
  written: string;
}

/** A worker's first frame, bounded; undefined for anything else. */
export function helloOf(value: unknown): Hello | undefined {
  const said = value as Record<string, unknown> | null;
  if (said?.hello !== 1) return undefined;
  const { canary, denied, written } = said;
  if (typeof canary !== "string" || typeof denied !== "string" || typeof written !== "string")
    return undefined;
  return { canary: canary.slice(0, 20), denied: denied.slice(0, 20), written: written.slice(0, 200) };
}

/** EPERM and ENOTTY, as backends/seccomp.ts answers. */
const DENIED = "1 25";

/** What the host can see of a worker, gathered before it is judged, so that judging is a pure function. */
export interface Evidence {
  status: ReadonlyMap<string, string> | undefined;
  /** Seccomp filters on the engine itself, which a worker inherits; a container's runtime may have put them there. */
  ownFilters: number;
  namespaces: Record<"net" | "mnt" | "pid", { own: string | undefined; worker: string | undefined }>;
  /** Network interfaces in the worker's namespace. */
  interfaces: readonly string[] | undefined;
  /** What the worker said of itself. */
  canary: Hello["canary"];
  denied: Hello["denied"];
  written: Hello["written"];
  /** Whether the canary is there when the host looks through the worker's root; undefined if it may not look. */
  canaryInView: boolean | undefined;
}

/** Looks at a worker from outside. `pid` is the interpreter's, in the host's numbering. */
export function gatherEvidence(pid: number, canaryPath: string, hello: Hello): Evidence {
  const namespace = (kind: "net" | "mnt" | "pid") => ({
    own: processNamespace("self", kind),
    worker: processNamespace(pid, kind),
  });
  const root = `/proc/${pid}/root`;
  return {
    status: processStatus(pid),
    ownFilters: Number(processStatus("self")?.get("Seccomp_filters") ?? 0),
    namespaces: { net: namespace("net"), mnt: namespace("mnt"), pid: namespace("pid") },
    interfaces: processInterfaces(pid),
    ...hello,
    // Without the right to look, everything seems absent: only a root that shows something counts.
    canaryInView: existsSync(`${root}/usr`) ? existsSync(`${root}${canaryPath}`) : undefined,
  };
}

/** Sets of capabilities: what a process has, may take up, may hand on to a program it starts. */
const CAPABILITY_SETS = ["CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb"];

/** Judges a Linux worker, which must have at least `filters` seccomp filters of its own. Every line must be ok. */
export function judge(evidence: Evidence, filters: number): ProofLine[] {
  const field = (name: string) => evidence.status?.get(name)?.trim() ?? "unknown";
  const uids = field("Uid").split(/\s+/);
  const pids = field("NSpid").split(/\s+/);
  const { net, mnt } = evidence.namespaces;
  const hidden = evidence.canary !== "read" && evidence.canaryInView !== true;
  return [
    {
      name: "seccomp filter",
      ok: field("Seccomp") === "2" && Number(field("Seccomp_filters")) >= evidence.ownFilters + filters,
      seen: `Seccomp: ${field("Seccomp")}, filters: ${field("Seccomp_filters")} of ${evidence.ownFilters + filters}`,
    },
    {
      name: "own seccomp filter",
      ok: evidence.denied === DENIED,
      seen: `fcntl, ioctl: ${evidence.denied}; expected: ${DENIED}`,
    },
    {
      name: "no new privileges",
      ok: field("NoNewPrivs") === "1",
      seen: `NoNewPrivs: ${field("NoNewPrivs")}`,
    },
    {
      name: "no capability",
      ok: CAPABILITY_SETS.every((set) => /^0+$/.test(field(set))),
      seen: CAPABILITY_SETS.map((set) => `${set}: ${field(set).replace(/^0+$/, "0")}`).join(", "),
    },
    {
      name: "ordinary user",
      ok: evidence.status !== undefined && !uids.includes("0"),
      seen: `Uid: ${uids[0]}`,
    },
    { name: "own process numbers", ok: pids.length > 1, seen: `NSpid: ${pids.join(" ")}` },
    networkLine(net, evidence.interfaces),
    {
      name: "own file system",
      // Where the link is not ours to read, the canary's line has to do.
      ok: mnt.worker === undefined ? hidden : mnt.worker !== mnt.own,
      seen: mnt.worker ?? "not shown to this user; see the canary",
    },
    interpreterLine(evidence),
    {
      name: "canary file hidden",
      ok: hidden,
      seen: `worker: ${evidence.canary === "read" ? "could read it" : `error ${evidence.canary}`}; host's view: ${
        evidence.canaryInView === undefined
          ? "not shown to this user"
          : evidence.canaryInView
            ? "there"
            : "absent"
      }`,
    },
  ];
}

/** What a program could leave in the interpreter would run on the host when the next pool is opened. */
export function interpreterLine({ written }: Pick<Hello, "written">): ProofLine {
  return {
    name: "interpreter read-only",
    ok: written === "",
    seen:
      written === "" ? "the worker could write to none of its files" : `the worker could write to ${written}`,
  };
}

/** Own network namespace by its identity; where that is not shown, by there being a loopback and nothing else. */
function networkLine(
  net: { own: string | undefined; worker: string | undefined },
  interfaces: readonly string[] | undefined,
): ProofLine {
  const name = "own network";
  if (net.worker !== undefined) {
    return {
      name,
      ok: net.own !== undefined && net.worker !== net.own,
      seen: `${net.worker}, ours ${net.own}`,
    };
  }
  const lonely = interfaces?.every((one) => one === "lo");
  return { name, ok: lonely === true, seen: `interfaces: ${interfaces?.join(" ") ?? "unknown"}` };
}

/**
 * Why a worker was refused, with firejail's trap named: in some containers it runs the program unsandboxed. Then it
 * lacks a filter and namespaces alike; a worker that lacks filters alone is something else.
 */
export function explain(backend: BackendName, lines: readonly ProofLine[]): string {
  const failed = lines.filter((line) => !line.ok);
  const list = failed.map((line) => `${line.name} (${line.seen})`).join(", ");
  const trap =
    backend === "firejail" && UNSANDBOXED.every((name) => failed.some((line) => line.name === name))
      ? " firejail started the program without a sandbox, as it does inside some containers."
      : "";
  return `A worker of ${backend} could not prove its sandbox: ${list}.${trap}`;
}

const UNSANDBOXED = ["seccomp filter", "own process numbers"];
