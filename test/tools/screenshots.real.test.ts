import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pictures } from "../../tools/screenshots.tsx";

setDefaultTimeout(180_000);

const FOLDER = join(import.meta.dir, "..", "..", "docs", "screens");

test("docs/screens holds what the screens draw now; `bun run screenshots` makes it so", async () => {
  const drawn = await pictures();
  const stale = Object.entries(drawn)
    .filter(([name, content]) => readFileSync(join(FOLDER, name), "utf8") !== content)
    .map(([name]) => name);
  expect(stale).toEqual([]);
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(drawn).sort());
});
