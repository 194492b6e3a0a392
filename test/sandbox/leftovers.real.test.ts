import { expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sandboxAccount } from "../../src/sandbox/account.ts";
import { findInterpreter } from "../../src/sandbox/interpreter.ts";
import { BOOTSTRAP, WORKER_MARK } from "../../src/sandbox/launch.ts";
import { directoryPrefix, sweepLeftovers } from "../../src/sandbox/leftovers.ts";
import { isGone, type Owner, ownerTag, readOwner, thisOwner } from "../../src/sandbox/owner.ts";
import { ProcessRecord, recordedProcesses } from "../../src/sandbox/process-record.ts";
import { bootIdentity, commandLine, startTime } from "../../src/sandbox/process-table.ts";

/** An engine that lived before this process did, under its number. */
const GONE: Owner = { ...thisOwner(), start: "1" };
/** One in a container of which nothing is known. */
const ELSEWHERE: Owner = { ...GONE, namespace: "7" };

test("an owner is gone when its start time is another's, and never on a guess", () => {
  expect(readOwner(ownerTag(thisOwner()))).toEqual(thisOwner());
  expect(readOwner("4711-12")).toBeUndefined();
  expect([thisOwner(), GONE, ELSEWHERE].map(isGone)).toEqual([false, true, false]);
});

test("directories: only those that are ours by name and user, and whose engine is gone", () => {
  const temporary = mkdtempSync(join(tmpdir(), "azr-sweep-"));
  const make = (name: string) => {
    mkdirSync(join(temporary, name));
    writeFileSync(join(temporary, name, "canary"), "x");
    return name;
  };
  const gone = make(`${directoryPrefix(GONE)}aBc123`);
  const kept = [
    make(`${directoryPrefix(thisOwner())}aBc123`),
    make(`${directoryPrefix(ELSEWHERE)}aBc123`),
    make("azr-sandbox-notes"),
    make(`${directoryPrefix(GONE)}aBc1234`),
    make("precious"),
  ];
  const link = `${directoryPrefix(GONE)}LINK00`;
  symlinkSync(join(temporary, "precious"), join(temporary, link));
  symlinkSync(join(temporary, "precious"), join(temporary, gone, "link"));
  // Of another user: what root sees of users, and a user of root, is not theirs to sweep.
  const account = sandboxAccount();
  if (account) {
    const theirs = make(`${directoryPrefix(GONE)}theirs`);
    Bun.spawnSync(["chown", "-R", `${account.uid}`, join(temporary, theirs)]);
    kept.push(theirs);
  }
  expect(sweepLeftovers(temporary).directories).toBe(1);
  expect(readdirSync(temporary).sort()).toEqual([...kept, link].sort());
  expect(existsSync(join(temporary, "precious", "canary"))).toBe(true);
  rmSync(temporary, { recursive: true });
});

test("recorded processes: only the very ones, of this boot and of our account, whatever their command lines say", async () => {
  const temporary = mkdtempSync(join(tmpdir(), "azr-sweep-"));
  const options = {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
    cwd: "/",
    ...sandboxAccount(),
  } as const;
  // Nothing in them is a worker's.
  const sleeper = () => Bun.spawn(["sleep", "600"], options);
  const [left, reused, removed, living, otherBoot] = [sleeper(), sleeper(), sleeper(), sleeper(), sleeper()];
  const root = sandboxAccount() ? [Bun.spawn(["sleep", "600"], { stdout: "ignore" })] : [];
  const record = (owner: Owner, six: string, boot: string, lines: string[]) => {
    const directory = join(temporary, `${directoryPrefix(owner)}${six}`);
    mkdirSync(directory);
    writeFileSync(join(directory, "processes"), [boot, ...lines, ""].join("\n"));
  };
  const line = ({ pid }: { pid: number }) => `+ ${pid} ${startTime(pid)}`;
  record(GONE, "aBc123", bootIdentity(), [
    line(left),
    `+ ${reused.pid} 1`,
    line(removed),
    `- ${removed.pid}`,
    "+ 1 nonsense",
    "+ -1 5",
    ...root.map(line),
    `+ ${process.pid} ${startTime(process.pid)} more`,
  ]);
  record(thisOwner(), "aBc123", bootIdentity(), [line(living)]);
  record(GONE, "oThEr0", "another-boot", [line(otherBoot)]);
  expect(sweepLeftovers(temporary)).toEqual({ processes: 1, directories: 2 });
  await left.exited;
  expect(left.signalCode).toBe("SIGKILL");
  await Bun.sleep(50);
  const spared = [reused, removed, living, otherBoot, ...root];
  expect(spared.map((child) => child.signalCode)).toEqual(spared.map(() => null));
  for (const child of spared) child.kill("SIGKILL");
  await Promise.all(spared.map((child) => child.exited));
  rmSync(temporary, { recursive: true });
});

test("a pool's record names what lives, stays short, and is read back", () => {
  const directory = mkdtempSync(join(tmpdir(), "azr-record-"));
  using record = new ProcessRecord(directory);
  const own = { pid: process.pid, start: startTime(process.pid) as string };
  record.add(process.ppid);
  for (let i = 0; i < 5000; i++) {
    record.add(process.pid);
    record.remove(process.pid);
  }
  expect(recordedProcesses(directory).map(({ pid }) => pid)).toEqual([process.ppid]);
  expect(statSync(join(directory, "processes")).size).toBeLessThan(150_000);
  record.add(process.pid);
  expect(recordedProcesses(directory)).toContainEqual(own);
  record[Symbol.dispose]();
  record.remove(process.pid);
  expect(recordedProcesses(directory)).toContainEqual(own);
  rmSync(directory, { recursive: true });
});

test("processes: only interpreters and launchers, with a worker's arguments to the letter, of our account", async () => {
  const python = findInterpreter().path;
  const worker = (owner: Owner) => `${BOOTSTRAP} # ${WORKER_MARK} ${ownerTag(owner)}`;
  const options = {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "ignore",
    cwd: "/",
    ...sandboxAccount(),
  } as const;
  const gone = Bun.spawn([python, "-S", "-c", worker(GONE)], options);
  const spared = [
    Bun.spawn([python, "-S", "-c", worker(thisOwner())], options),
    Bun.spawn([python, "-S", "-c", worker(ELSEWHERE)], options),
    // An editor, a search, a script: they hold the words and are no worker.
    Bun.spawn(["/bin/sh", "-c", "read line", worker(GONE)], options),
    Bun.spawn([python, "-S", "-c", `input()  # ${WORKER_MARK} ${ownerTag(GONE)}`], options),
    Bun.spawn([python, "-S", "-c", worker(GONE), "more"], options),
    // Another program under python's name.
    Bun.spawn(["/bin/sh", "-s", "--", "-c", worker(GONE)], { ...options, argv0: "python3" }),
    // Root's own, where programs run under an account of theirs.
    ...(sandboxAccount()
      ? [Bun.spawn([python, "-S", "-c", worker(GONE)], { stdin: "pipe", stdout: "ignore", stderr: "ignore" })]
      : []),
  ];
  const started = () => [gone, ...spared].every(({ pid }) => commandLine(pid)?.includes(WORKER_MARK));
  for (let waited = 0; !started() && waited < 5000; waited += 10) await Bun.sleep(10);
  expect(sweepLeftovers(join(tmpdir(), "azr-no-such-directory")).processes).toBe(1);
  await gone.exited;
  expect(gone.signalCode).toBe("SIGKILL");
  await Bun.sleep(100);
  expect(spared.map((child) => child.signalCode)).toEqual(spared.map(() => null));
  for (const child of spared) {
    child.kill("SIGKILL");
    await child.exited;
  }
});
