import { expect, test } from "bun:test";
import { stateWords } from "../../src/runs/index.ts";

test("a state with its reason, which may say the state already", () => {
  expect(stateWords("finished", "")).toBe("finished");
  expect(stateWords("crashed", "out of memory")).toBe("crashed: out of memory");
  expect(stateWords("stopped", "stopped by anna")).toBe("stopped by anna");
});
