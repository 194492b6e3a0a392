import { expect, test } from "bun:test";
import { strftime } from "../../src/tokenizer/strftime.ts";

test("directives are those of Python in the C locale", () => {
  const date = new Date(2024, 6, 6, 15, 4, 9);
  expect(strftime(date, "%Y %y %m %B %b %d %e %j %A %a %w %u")).toBe(
    "2024 24 07 July Jul 06  6 188 Saturday Sat 6 6",
  );
  expect(strftime(date, "%H:%M:%S %I %p %F %T %%Y %-d/%-m %-I")).toBe(
    "15:04:09 03 PM 2024-07-06 15:04:09 %Y 6/7 3",
  );
  expect(strftime(new Date(2023, 11, 31, 0, 0, 0), "%j %I %p %u %w %-H")).toBe("365 12 AM 7 0 0");
});

test("an unknown directive stays", () => {
  expect(strftime(new Date(2024, 0, 1), "%Q %")).toBe("%Q %");
});
