import { expect, test } from "bun:test";
import { keyNames, type PressedKey } from "../../../src/tui/keys/names.ts";

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
