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
