import { expect, test } from "bun:test";
import { CONTEXTS } from "../../../src/tui/keys/contexts.ts";
import { actionOf, KEYS } from "../../../src/tui/keys/table.ts";

test("a key has one meaning in a context, and an id one binding", () => {
  const bound = KEYS.flatMap(({ when, keys }) => keys.map((key) => `${when} ${key}`));
  expect(bound.filter((key, index) => bound.indexOf(key) !== index)).toEqual([]);
  const ids = KEYS.map(({ id }) => id as string);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test("contexts that are active together do not hide each other's keys, but for what detail means to do", () => {
  const together: Record<string, readonly (typeof CONTEXTS)[number][]> = {
    list: ["grouped", "failures", "records", "filtered", "list", "global", "run"],
    eval: ["evaluate", "scores", "list", "global"],
    evalLive: ["scores", "list", "global", "run"],
    flips: ["flips", "list", "global", "run"],
    log: ["log", "filtered", "list", "global", "run"],
    detail: ["failures", "links", "detail", "global", "run"],
    charts: ["charts", "global", "run"],
  };
  for (const contexts of Object.values(together)) {
    const keys = KEYS.filter(({ when }) => contexts.includes(when)).flatMap(({ keys }) => [...keys]);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  }
});

test("the innermost context that binds a key decides", () => {
  expect(actionOf("return", ["records", "list"])).toBe("open");
  expect(actionOf("return", ["filter"])).toBe("apply");
  expect(actionOf("s", ["global", "run"])).toBe("step");
  expect(actionOf("s", ["confirm"])).toBe("alternative");
  expect(actionOf("z", CONTEXTS)).toBeUndefined();
});
