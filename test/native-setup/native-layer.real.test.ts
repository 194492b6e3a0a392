import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { doctorNative, ensureNative, type NativeLayer } from "../../src/native-setup/index.ts";
import { ensureMlx } from "../../src/native-setup/mlx-library.ts";
import { readPlatform } from "../../src/native-setup/platform.ts";
import { ensureShim, shimPath } from "../../src/native-setup/shim.ts";

let directory: string;
let layer: NativeLayer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "azr-native-"));
  layer = await ensureNative();
}, 600_000);
afterAll(() => rm(directory, { recursive: true }));

const saved = {
  CXX: process.env.CXX,
  AZR_MLX_DIR: process.env.AZR_MLX_DIR,
  AZR_CACHE_DIR: process.env.AZR_CACHE_DIR,
};
afterEach(() => {
  for (const [name, value] of Object.entries(saved)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

test("set-up is done once: the second call finds the same files and reports nothing", async () => {
  const reports: unknown[] = [];
  expect(await ensureNative({ onProgress: (progress) => void reports.push(progress) })).toEqual(layer);
  expect(reports).toEqual([]);
});

test("the doctor finds everything that set-up brought", async () => {
  const facts = await doctorNative();
  expect(facts.map(({ name, ok }) => [name, ok])).toEqual([
    ["platform", true],
    ["pip client", true],
    ["C++ compiler", true],
    ["MLX", true],
  ]);
  expect(facts.at(-1)?.detail).toContain("in the cache");
});

test("an existing MLX is compiled against and linked", async () => {
  const platform = await readPlatform();
  const mlx = await ensureMlx(layer.backend, platform, undefined);
  const existing = join(directory, "mlx");
  await mkdir(existing);
  await symlink(mlx.include, join(existing, "include"));
  await symlink(mlx.lib, join(existing, "lib"));
  process.env.AZR_CACHE_DIR = directory;
  const found = await ensureMlx(layer.backend, platform, existing);
  expect([found.include, found.lib]).toEqual([join(existing, "include"), join(existing, "lib")]);
  const shim = await ensureShim(found);
  expect(shim.startsWith(join(directory, "native"))).toBe(true);
  expect(await Bun.file(shim).exists()).toBe(true);
}, 600_000);

test("a directory that holds no MLX is named, with what is missing", async () => {
  process.env.AZR_MLX_DIR = directory;
  await expect(ensureNative()).rejects.toMatchObject({
    name: "SetupError",
    message: expect.stringMatching(/AZR_MLX_DIR is .*libmlx.* is not there/),
    mend: expect.stringContaining("include/ and lib/"),
  });
});

test("a compiler that is not there is a SetupError with what to install", async () => {
  process.env.CXX = join(directory, "no-such-compiler");
  await expect(ensureNative()).rejects.toMatchObject({
    name: "SetupError",
    message: expect.stringContaining("no-such-compiler"),
    mend: expect.stringMatching(/apt-get install g\+\+|xcode-select/),
  });
});

test("a compiler that fails is quoted, and nothing half-made stays", async () => {
  const compiler = join(directory, "broken-compiler");
  const script =
    '#!/bin/sh\n[ "$1" = --version ] && { echo broken 1.0; exit 0; }\necho "x.cpp:1: error: no C++20" >&2; exit 1\n';
  await Bun.write(compiler, script);
  await Bun.spawn(["chmod", "+x", compiler]).exited;
  const mlx = await ensureMlx(layer.backend, await readPlatform(), undefined);
  process.env.CXX = compiler;
  process.env.AZR_CACHE_DIR = join(directory, "cache");
  await expect(ensureShim(mlx)).rejects.toMatchObject({
    message: expect.stringContaining("broken 1.0:\nx.cpp:1: error: no C++20"),
    mend: expect.stringContaining("compile.log"),
  });
  const left = await Array.fromAsync(new Bun.Glob("**/*").scan({ cwd: join(directory, "cache"), dot: true }));
  expect(left).toEqual(["native/compile.log"]);
  expect(shimPath("x").startsWith(join(directory, "cache"))).toBe(true);
});
