import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Glob } from "bun";
import { referencePages } from "../../src/cli/docs.ts";
import { createProgram } from "../../src/cli/program.ts";

const root = join(import.meta.dir, "..", "..");

/** Paths below the root that match one of the patterns; each pattern must match something. */
function files(...patterns: string[]): string[] {
  return patterns.flatMap((pattern) => {
    const found = [...new Glob(pattern).scanSync(root)];
    expect(found, pattern).not.toBeEmpty();
    return found;
  });
}

test("the generated reference pages are current (bun run docs)", async () => {
  for (const [name, content] of Object.entries(await referencePages())) {
    expect(await Bun.file(join(root, "docs", "reference", name)).text(), name).toBe(content);
  }
});

test("every command that the README names exists", async () => {
  const readme = await Bun.file(join(root, "README.md")).text();
  const known = new Set((await createProgram()).commands.map((command) => command.name()));
  const named = [...readme.matchAll(/azr-tui ([a-z]+)/g)].map((match) => match[1] ?? "");
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test("every script that the README runs is in package.json", async () => {
  const readme = await Bun.file(join(root, "README.md")).text();
  const { scripts } = await Bun.file(join(root, "package.json")).json();
  for (const [, name] of readme.matchAll(/bun(?:@[\d.]+)? run ([\w:-]+)/g))
    expect(scripts).toHaveProperty(name ?? "");
});

test("links between documents lead somewhere", async () => {
  const broken: string[] = [];
  for (const path of files("*.md", "docs/**/*.md")) {
    const text = await Bun.file(join(root, path)).text();
    for (const [, target = ""] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (!/^https?:/.test(target) && !existsSync(join(root, dirname(path), target)))
        broken.push(`${path}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test("no document or source names a path of a particular machine", async () => {
  const found: string[] = [];
  const patterns = ["*.md", "docs/**/*", "src/**/*", "native/*", "benchmarks/*", "presets/*"];
  for (const path of files(...patterns)) {
    if (/(?:^|[\s"'`(=])\/(?:work|root)\//.test(await Bun.file(join(root, path)).text())) found.push(path);
  }
  expect(found).toEqual([]);
});

test("every decision record has a number of its own", () => {
  const numbers = files("docs/decisions/*.md").map((path) => /(\d{4})-/.exec(path)?.[1]);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test("ARCHITECTURE.md explains every layer and every folder of src", async () => {
  const text = await Bun.file(join(root, "ARCHITECTURE.md")).text();
  const [table = "", tree = ""] = text.slice(text.indexOf("## The layers, lowest first")).split("## Folders");
  const folders = new Set(files("src/*/**/*.ts").map((path) => path.split("/")[1] ?? ""));
  expect([...folders].filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  expect([...folders].filter((name) => !tree.includes(`${name}/`))).toEqual([]);
});
