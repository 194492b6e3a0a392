import { expect, test } from "bun:test";
import { compileArguments, linkArguments } from "../../src/native-setup/compiler.ts";
import type { Mlx } from "../../src/native-setup/mlx-library.ts";
import { firstErrors, readSources, shimKey } from "../../src/native-setup/shim.ts";

test("one source is compiled with position-independent, optimised C++20", () => {
  expect(compileArguments("a.cpp", "a.o", "inc")).toEqual([
    "-O2",
    "-std=c++20",
    "-fPIC",
    "-fvisibility=hidden",
    "-Iinc",
    "-c",
    "a.cpp",
    "-o",
    "a.o",
  ]);
});

test("the shim names libmlx as a dependency with its run path", () => {
  const link = { objects: ["a.o"], output: "out", lib: "/w/mlx/lib" };
  expect(linkArguments({ ...link, os: "linux", searchPath: ["/c"] }).join(" ")).toBe(
    "-shared a.o -L/w/mlx/lib -lmlx -ldl -Wl,--disable-new-dtags -Xlinker -rpath -Xlinker /w/mlx/lib -Xlinker -rpath -Xlinker /c -o out",
  );
  expect(linkArguments({ ...link, os: "darwin" }).join(" ")).toBe(
    "-dynamiclib a.o -L/w/mlx/lib -lmlx -Xlinker -rpath -Xlinker /w/mlx/lib -o out",
  );
});

test("everything that could change the code changes the key", async () => {
  const sources = await readSources();
  expect(sources.map(({ name }) => name)).toContain("azr_mlx.h");
  const mlx: Mlx = { backend: "cpu", include: "i", lib: "l", searchPath: [], identity: "1" };
  const compiler = { command: ["c++"], version: "g++ 12" };
  const key = shimKey(sources, mlx, compiler);
  expect(key).toMatch(/^cpu-[0-9a-f]{16}$/);
  expect(shimKey(sources, mlx, compiler)).toBe(key);
  const others = [
    shimKey([...sources, { name: "new.cpp", text: "" }], mlx, compiler),
    shimKey(sources, { ...mlx, identity: "2" }, compiler),
    shimKey(sources, { ...mlx, backend: "cuda" }, compiler),
    shimKey(sources, mlx, { ...compiler, version: "g++ 13" }),
  ];
  expect(new Set([key, ...others]).size).toBe(5);
});

test("the compiler's first errors are picked out", () => {
  const output =
    "In file included from a\nnote: x\na.cpp:1: error: one\na.cpp:2: warning: w\na.cpp:3: error: two\n";
  expect(firstErrors(output)).toBe("a.cpp:1: error: one\na.cpp:3: error: two");
  expect(firstErrors("something odd")).toBe("something odd");
});
