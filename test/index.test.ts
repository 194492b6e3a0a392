import { expect, test } from "bun:test";
import * as library from "../src/index.ts";

test("the library exports what others build on", () => {
  for (const name of [
    "loadModel",
    "resolveModel",
    "loadTokenizer",
    "openSandbox",
    "evaluate",
    "createSelfPlay",
    "createLearner",
    "initialise",
    "scope",
    "valueAndGrad",
  ]) {
    expect(library, name).toHaveProperty(name, expect.any(Function));
  }
  expect(typeof library.mx.matmul).toBe("function");
});

test("importing it opens no native library", () => {
  expect(() => library.MxArray.scalar(1)).toThrow(library.EngineError);
});
