import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "../../src/evaluation/benchmark.ts";
import { pathState, problemsKey, samplesKey } from "../../src/evaluation/samples-key.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

test("weights that are written over in place, and an adapter's, are other weights; a file beside them is too", () => {
  using folder = temporaryFolder();
  const model = join(folder.path, "model");
  mkdirSync(model);
  const weights = join(model, "model.safetensors");
  const write = (text: string, seconds: number) => {
    writeFileSync(weights, text);
    utimesSync(weights, seconds, seconds);
  };
  const key = () => samplesKey(pathState(model));
  write("one", 1000);
  const first = key();
  expect(key()).toBe(first);
  write("two", 1001);
  const second = key();
  expect(second).not.toBe(first);
  write("longer", 1001);
  expect(key()).not.toBe(second);
  // As the hub's cache has it: a directory of links.
  const links = join(folder.path, "links");
  mkdirSync(links);
  symlinkSync(weights, join(links, "model.safetensors"));
  const linked = samplesKey(pathState(links));
  write("longer", 1002);
  expect(samplesKey(pathState(links))).not.toBe(linked);
  expect(pathState(weights)).toEqual([weights, 6, 1_002_000]);
});

test("a problem's prompt, its tests, large integers among them, and the stops are part of the key", () => {
  const make = (more: object, stop: string[] = ["\n"]) => {
    const problem = { id: "a", prompt: "p", request: "r", reference: "", ...more };
    return problemsKey({ name: "b", stop, problems: [problem] } as unknown as Benchmark);
  };
  const keys = [
    make({}),
    make({ prompt: "q" }),
    make({ test: "assert f(1) == 2" }),
    make({ test: "assert f(1) == 3" }),
    make({ inputs: [{ type: "int", value: 2n ** 70n }] }),
    make({ inputs: [{ type: "int", value: 2n ** 70n + 1n }] }),
    make({ inputs: [{ type: "float", value: Number.NaN }] }),
    make({ inputs: [{ type: "float", value: null }] }),
    make({}, ["\n", "\ndef "]),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(make({})).toBe(keys[0] as string);
});
