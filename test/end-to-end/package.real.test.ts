import { afterAll, expect, test } from "bun:test";
import packageJson from "../../package.json" with { type: "json" };
import { Package } from "./package.ts";

const pack = new Package();
afterAll(() => pack[Symbol.dispose]());

test("the tarball runs through bunx from an empty HOME", () => {
  const version = pack.run(["--version"]);
  expect(version.stdout.trim(), version.stderr).toBe(packageJson.version);
  expect(pack.run(["--help"]).stdout).toContain("Exit codes:");
  const config = pack.run(["config", "show", "--preset", "demo", "--json"]);
  expect(JSON.parse(config.stdout).model.source).toBe("smollm2-135m");
}, 300_000);

test("it holds what a user's machine compiles and runs, and no tests", () => {
  const list = Bun.spawnSync(["tar", "-tzf", pack.tarball]).stdout.toString();
  for (const file of [
    "native/azr_mlx.h",
    "src/sandbox/worker.py",
    "presets/demo.yaml",
    "LICENSE",
    "README.md",
  ]) {
    expect(list).toContain(`package/${file}\n`);
  }
  expect(list).not.toContain("package/test/");
});
