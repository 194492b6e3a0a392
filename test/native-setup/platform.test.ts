import { expect, test } from "bun:test";
import {
  chooseBackend,
  cudaGeneration,
  type Platform,
  parseNvidiaDriver,
} from "../../src/native-setup/platform.ts";

const debian: Platform = { os: "linux", arch: "x64", libraryVersion: "glibc 2.36", nvidiaDriver: null };
const mac: Platform = { os: "darwin", arch: "arm64", libraryVersion: "15.1", nvidiaDriver: null };

test.each<[string, Platform, string | undefined, string]>([
  ["Linux", debian, undefined, "cpu"],
  ["Linux on arm64", { ...debian, arch: "arm64" }, undefined, "cpu"],
  ["Linux with an NVIDIA driver", { ...debian, nvidiaDriver: "580.65.06" }, undefined, "cuda"],
  ["Linux with an old NVIDIA driver", { ...debian, nvidiaDriver: "470.1" }, undefined, "cpu"],
  ["AZR_BACKEND=cpu beside an NVIDIA driver", { ...debian, nvidiaDriver: "580.65.06" }, "cpu", "cpu"],
  ["AZR_BACKEND empty", debian, "", "cpu"],
  ["macOS", mac, undefined, "metal"],
  ["an unknown C library version", { ...debian, libraryVersion: null }, undefined, "cpu"],
])("%s", (_name, platform, requested, backend) => {
  expect(chooseBackend(platform, requested)).toBe(backend as never);
});

test.each<[Partial<Platform>, string | undefined, RegExp]>([
  [{ libraryVersion: "musl" }, undefined, /glibc.*musl/],
  [{ libraryVersion: "glibc 2.31" }, undefined, /2\.35 or newer.*2\.31/],
  [{ arch: "riscv64" }, undefined, /no MLX for linux riscv64/],
  [{ os: "win32" }, undefined, /no MLX for win32/],
  [{ ...mac, arch: "x64" }, undefined, /Apple Silicon/],
  [{ ...mac, libraryVersion: "13.6" }, undefined, /macOS 14/],
  [{}, "tpu", /AZR_BACKEND is "tpu"; it can be cpu, metal, cuda/],
  [{}, "metal", /metal does not exist on linux/],
  [mac, "cuda", /cuda does not exist on darwin/],
])("refused with its reason: %p %p", (change, requested, message) => {
  expect(() => chooseBackend({ ...debian, ...change }, requested)).toThrow(message);
});

test("the driver's version is found in both forms of NVIDIA's file, and decides the CUDA generation", () => {
  const closed = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024";
  const open = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build";
  expect([parseNvidiaDriver(closed), parseNvidiaDriver(open), parseNvidiaDriver("?")]).toEqual([
    "550.54.15",
    "580.65.06",
    null,
  ]);
  expect([cudaGeneration("550.54.15"), cudaGeneration("580.65.06")]).toEqual([12, 13]);
});
