import { afterAll, expect, test } from "bun:test";
import packageJson from "../../package.json" with { type: "json" };
import { Package } from "./package.ts";

const pack = new Package();
afterAll(() => pack[Symbol.dispose](), 120_000);

test("the tarball runs through bunx from an empty HOME", () => {
  const version = pack.run(["--version"]);
  expect(version.stdout.trim(), version.stderr).toBe(packageJson.version);
  const help = pack.run(["--help"]);
  expect(help.stdout, help.stderr).toContain("Exit codes:");
  const config = pack.run(["config", "show", "--preset", "smollm2", "--json"]);
  expect([version.code, help.code, config.code]).toEqual([0, 0, 0]);
  expect(JSON.parse(config.stdout).model.source).toBe("smollm2-135m");
}, 300_000);

test("it holds what a user's machine compiles and runs, and no tests", () => {
  const list = Bun.spawnSync(["tar", "-tzf", pack.tarball]).stdout.toString();
  for (const file of [
    "native/azr_mlx.h",
    "src/sandbox/inside/worker.py",
    "presets/smollm2.yaml",
    "models/tiny/model.safetensors",
    "src/evaluation/data/tiny-heldout.jsonl",
    "LICENSE",
    "README.md",
    "docs/reference/run-database.md",
  ]) {
    expect(list).toContain(`package/${file}\n`);
  }
  expect(list).not.toContain("package/test/");
});
