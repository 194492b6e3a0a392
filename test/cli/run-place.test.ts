import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { programName } from "../../src/cli/program-name.ts";
import { findRun, newRunPath, runPath } from "../../src/cli/run-place.ts";
import { RunError } from "../../src/errors/index.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  process.env.AZR_RUNS_DIR = folder.path;
});
afterEach(() => {
  delete process.env.AZR_RUNS_DIR;
  folder[Symbol.dispose]();
});

test("new runs are numbered above the largest there is", () => {
  expect(newRunPath("demo")).toBe(join(folder.path, "demo-1"));
  for (const name of ["demo-2", "demo-9", "demo-x", "train-30"]) mkdirSync(join(folder.path, name));
  expect(newRunPath("demo")).toBe(join(folder.path, "demo-10"));
});

test("a name lies in the runs folder, a path where it says", () => {
  expect(runPath("demo-1")).toBe(join(folder.path, "demo-1"));
  expect(runPath("./demo-1")).toBe("./demo-1");
});

test("without any run, the error says how to start one", () => {
  expect(() => findRun()).toThrow(RunError);
  expect(() => findRun("demo-1")).toThrow(/There is no run "demo-1"/);
});

test("commands are named as the user gives them", () => {
  expect(programName({})).toBe("azr-tui");
  const script = { npm_command: "run-script", npm_package_name: "azr-tui" };
  expect(programName({ ...script, npm_config_user_agent: "bun/1.4.5" })).toBe("bun run azr-tui");
  expect(programName({ ...script, npm_config_user_agent: "npm/11.19.1 node/v20" })).toBe(
    "npx -y bun@1.4.5 run azr-tui",
  );
  expect(programName({ ...script, npm_package_name: "other" })).toBe("azr-tui");
});
