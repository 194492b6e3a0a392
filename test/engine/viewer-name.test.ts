import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { viewerName } from "../../src/engine/viewer-name.ts";

test("a viewer is named by the environment, and without it by the account", () => {
  const { USER, LOGNAME } = process.env;
  try {
    process.env.USER = "ada";
    expect(viewerName()).toMatch(new RegExp(`^ada@.+:${process.pid}$`));
    delete process.env.USER;
    delete process.env.LOGNAME;
    const account = execFileSync("id", ["-un"], { encoding: "utf8" }).trim();
    expect(viewerName().split("@")[0]).toBe(account);
  } finally {
    if (USER !== undefined) process.env.USER = USER;
    else delete process.env.USER;
    if (LOGNAME !== undefined) process.env.LOGNAME = LOGNAME;
  }
});
