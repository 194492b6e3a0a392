import { expect, test } from "bun:test";
import { actionOf, CONTEXTS, KEYS, keyNames, keysReference, type PressedKey } from "../../src/tui/keys.ts";

const none: PressedKey = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageUp: false,
  pageDown: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  tab: false,
  shift: false,
  ctrl: false,
  backspace: false,
  delete: false,
};

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
    detail: ["failures", "detail", "global", "run"],
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

test("keys that arrive in one read are told apart", () => {
  expect(keyNames("j\t", none)).toEqual(["j", "tab"]);
  expect(keyNames("jj \r", none)).toEqual(["j", "j", "space", "return"]);
  expect(keyNames("\x04\x04\x15\x03", none)).toEqual(["ctrl+d", "ctrl+d", "ctrl+u", "ctrl+c"]);
  expect(keyNames("", { ...none, tab: true, shift: true })).toEqual(["shift+tab"]);
  expect(keyNames("c", { ...none, ctrl: true })).toEqual(["ctrl+c"]);
  expect(keyNames("", { ...none, backspace: true })).toEqual(["backspace"]);
  expect(keyNames("", { ...none, delete: true })).toEqual(["delete"]);
  expect(keyNames("ab\x7f", none)).toEqual(["a", "b", "backspace"]);
});

test("the reference lists every binding", () => {
  const reference = keysReference();
  for (const { keys, help } of KEYS) {
    expect(reference).toContain(`| ${keys.map((key) => `\`${key}\``).join(" ")} | ${help} |`);
  }
});
