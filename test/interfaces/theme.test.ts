import { expect, test } from "bun:test";
import { ConfigError } from "../../src/errors/index.ts";
import { THEMES, themeOf } from "../../src/interfaces/theme.ts";

test("a theme is one of a few; another is refused with what there is", () => {
  expect(THEMES.map(themeOf)).toEqual([...THEMES]);
  expect(() => themeOf("pink")).toThrow(ConfigError);
});
