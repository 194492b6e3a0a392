import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FOREIGN_FILES_ASIDE, ownCommand } from "../../src/processes/own-command.ts";

/** A directory of somebody else's: Bun's settings there load code, and its variables are read. */
let foreign: string;
beforeAll(() => {
  foreign = mkdtempSync(join(tmpdir(), "azr-foreign-"));
  writeFileSync(join(foreign, "bunfig.toml"), 'preload = ["./loaded.ts"]\n');
  writeFileSync(join(foreign, "loaded.ts"), 'console.log("loaded");\n');
  writeFileSync(join(foreign, ".env"), "AZR_FOREIGN=read\n");
  // By the name that the first line of main.ts says, whatever this Bun's file is called.
  mkdirSync(join(foreign, "bin"));
  symlinkSync(process.execPath, join(foreign, "bin", "bun"));
  const paths = { "*": [join(foreign, "evil.ts")] };
  writeFileSync(join(foreign, "tsconfig.json"), JSON.stringify({ compilerOptions: { baseUrl: ".", paths } }));
  writeFileSync(join(foreign, "evil.ts"), 'console.log("evil");\n');
  writeFileSync(
    join(foreign, "entry.ts"),
    "console.log(process.env.AZR_FOREIGN, ...process.argv.slice(2));\n",
  );
});
afterAll(() => rmSync(foreign, { recursive: true }));

function output(command: string[]): string {
  const PATH = `${join(foreign, "bin")}:/usr/bin:/bin`;
  const { stdout, stderr } = Bun.spawnSync(command, { cwd: foreign, env: { PATH } });
  return stdout.toString() + stderr.toString();
}

test("a process of ours takes neither settings nor variables of the directory that it is started in", () => {
  const entry = join(foreign, "entry.ts");
  expect(output([...ownCommand(entry), "one", "--two"])).toBe("undefined one --two\n");
  expect(output([process.execPath, entry, "one"])).toContain("evil");
});

test("neither does the installed command", () => {
  const main = join(import.meta.dir, "../../src/cli/main.ts");
  expect(readFileSync(main, "utf8").split("\n")[0]).toBe(
    `#!/usr/bin/env -S bun ${FOREIGN_FILES_ASIDE.join(" ")}`,
  );
  expect(output([main, "--version"])).toMatch(/^\d+\.\d+\.\d+\n$/);
});
