import { expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { fetchWheel } from "../../src/cache/pip-download.ts";
import { compileArguments, linkArguments } from "../../src/native-setup/compiler.ts";
import { readSources } from "../../src/native-setup/shim.ts";
import { MLX_METAL, type Pin, ZIGLANG } from "../../src/native-setup/wheels.ts";

/**
 * The shim for machines that are not at hand: compiled with zig's clang against the wheel that such a machine
 * gets, and linked with every symbol resolved.
 */
const NATIVE = join(import.meta.dir, "..", "..", "native");

interface Target {
  triple: string;
  os: NodeJS.Platform;
  pin: Pin;
  platforms: string[];
  /** First bytes of the library: the format and the processor. */
  magic: number[];
}

const TARGETS: Record<string, Target> = {
  "macOS on Apple Silicon": {
    triple: "aarch64-macos.14.0",
    os: "darwin",
    pin: MLX_METAL,
    platforms: ["macosx_14_0_arm64"],
    magic: [0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0x00, 0x00, 0x01],
  },
};

test.each(Object.keys(TARGETS))(
  "%s",
  async (name) => {
    const { triple, os, pin, platforms, magic } = TARGETS[name] as Target;
    const zig = join(await fetchWheel(ZIGLANG), "ziglang", "zig");
    const mlx = join(await fetchWheel({ ...pin, platforms }), "mlx");
    const directory = await mkdtemp(join(tmpdir(), "azr-cross-"));
    const compile = (args: string[]) => execa(zig, ["c++", "-target", triple, ...args], { stdin: "ignore" });
    try {
      const units = (await readSources())
        .map((source) => source.name)
        .filter((unit) => unit.endsWith(".cpp"));
      const objects = units.map((unit) => join(directory, `${unit}.o`));
      for (const [index, unit] of units.entries()) {
        await compile(compileArguments(join(NATIVE, unit), objects[index] ?? "", join(mlx, "include")));
      }
      const output = join(directory, "shim");
      // The Mach-O linker refuses undefined symbols: linking proves that libmlx has every one.
      await compile(linkArguments({ os, objects, output, lib: join(mlx, "lib") }));
      const library = await readFile(output);
      expect(Array.from(library.subarray(0, 8))).toEqual(magic);
      const text = library.toString("latin1");
      expect(text).toContain("@rpath/libmlx.dylib");
      for (const symbol of ["_azr_value_and_grad", "_azr_attention", "_azr_swiglu", "_azr_blas_open"]) {
        expect(text).toContain(symbol);
      }
      // Accelerate stays in charge of the products there.
      expect(text).not.toContain("_cblas_sgemm");
    } finally {
      await rm(directory, { recursive: true });
    }
  },
  15 * 60_000,
);
