import { expect, test } from "bun:test";
import { keysReference } from "../../../src/tui/keys/reference.ts";
import { KEYS } from "../../../src/tui/keys/table.ts";

test("the reference lists every binding", () => {
  const reference = keysReference();
  for (const { keys, help } of KEYS) {
    expect(reference).toContain(`| ${keys.map((key) => `\`${key}\``).join(" ")} | ${help} |`);
  }
});
