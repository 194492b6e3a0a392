import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findExecutable } from "../../src/sandbox/executable.ts";

const root = mkdtempSync(join(tmpdir(), "azr-path-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const NAME = "azr-jail";
const NOBODY = { uid: 65534, gid: 65534 };

/** A directory of PATH where something stands under the name. */
function directory(name: string, put: (path: string) => void): string {
  const path = join(root, name);
  mkdirSync(path);
  put(join(path, NAME));
  return path;
}
const script = (text: string, mode: number) => (path: string) => {
  writeFileSync(path, text);
  chmodSync(path, mode);
};

const good = directory("good", script("#!/bin/sh\nexit 0\n", 0o755));
const binary = directory("binary", script("\x7fELF", 0o755));
const folder = directory("folder", (path) => mkdirSync(path));
const plain = directory("plain", script("#!/bin/sh\n", 0o644));
const dangling = directory("dangling", (path) => symlinkSync("/nowhere/jail", path));
const broken = directory("broken", script("#! /nowhere/python -s\n", 0o755));
const owners = directory("owners", script("#!/bin/sh\n", 0o700));
const circle = directory("circle", (path) => symlinkSync(path, path));
const locked = directory("locked", script("\x7fELF", 0o755));
const intoLocked = directory("into-locked", (path) => symlinkSync(join(locked, NAME), path));
chmodSync(root, 0o755);
chmodSync(locked, 0o700);

test("the first that can be started is taken, whatever stands before it", () => {
  const path = [folder, plain, dangling, broken, good, binary].join(":");
  expect(findExecutable(NAME, undefined, path)).toEqual({ path: join(good, NAME) });
  expect(findExecutable(NAME, undefined, binary)).toEqual({ path: join(binary, NAME) });
  // A short PATH, as of a service, does not hide the system's programs.
  expect(findExecutable("sh", undefined, "")).toHaveProperty("path");
});

test.each([
  ["nothing there", root, `${NAME} is not installed.`],
  ["a relative path is none", "test:.", `${NAME} is not installed.`],
  ["a directory", folder, `${join(folder, NAME)} is a directory`],
  ["no right", plain, `${join(plain, NAME)} may not be executed (mode 0644)`],
  ["a dangling link", dangling, `${join(dangling, NAME)} is a link to something that is not there`],
  ["a script without its interpreter", broken, `is a script for /nowhere/python, which is not there`],
])("%s is named as the cause", (_what, path, cause) => {
  const found = findExecutable(NAME, undefined, path);
  expect("failure" in found && found.failure).toContain(cause);
});

test.each([
  ["a file", join(good, NAME)],
  ["a name that is too long", `/${"x".repeat(300)}`],
  ["a path that is too long", `/${"x/".repeat(4000)}`],
  ["a link to itself", join(circle, NAME)],
])("%s in PATH is passed over", (_what, odd) => {
  expect(findExecutable(NAME, undefined, `${odd}:${good}`)).toEqual({ path: join(good, NAME) });
  expect(findExecutable(NAME, undefined, odd)).toEqual({ failure: `${NAME} is not installed.` });
});

test("a directory in PATH that this user may not look into is passed over", () => {
  const source = `
    import { findExecutable } from ${JSON.stringify(join(import.meta.dir, "../../src/sandbox/executable.ts"))};
    if (process.geteuid() === 0) { process.setgid(65534); process.setuid(65534); }
    console.log(JSON.stringify(findExecutable("${NAME}", undefined, process.argv[1])));`;
  const find = (path: string) =>
    JSON.parse(Bun.spawnSync([process.execPath, "-e", source, path]).stdout.toString());
  chmodSync(locked, 0);
  expect(find(`${locked}:${intoLocked}:${good}`)).toEqual({ path: join(good, NAME) });
  chmodSync(locked, 0o700);
});

test("a program behind a directory that the account may not enter is passed over, and told", () => {
  expect(findExecutable(NAME, NOBODY, `${locked}:${intoLocked}:${binary}`)).toEqual({
    path: join(binary, NAME),
  });
  for (const path of [locked, intoLocked]) {
    expect(findExecutable(NAME, NOBODY, path)).toMatchObject({
      failure: `${NAME} cannot be started: ${join(path, NAME)} is behind ${locked} (mode 0700), which the sandbox's account may not enter.`,
    });
  }
});

test("rights are those of the account that programs run under", () => {
  const found = findExecutable(NAME, NOBODY, owners);
  expect("failure" in found && found.failure).toContain(
    "may not be executed by the sandbox's account (mode 0700)",
  );
  expect(findExecutable(NAME, NOBODY, good)).toHaveProperty("path");
});

test("every obstacle on the way is told", () => {
  const found = findExecutable(NAME, undefined, `${folder}:${plain}`);
  expect(found).toMatchObject({
    failure: `${NAME} cannot be started: ${join(folder, NAME)} is a directory; ${join(plain, NAME)} may not be executed (mode 0644).`,
    mend: "Mend it, or take its directory out of PATH.",
  });
});
