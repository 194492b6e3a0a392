import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Glob } from "bun";
import { referencePages } from "../../src/cli/docs.ts";
import { createProgram } from "../../src/cli/main.ts";

const root = join(import.meta.dir, "..", "..");

test("the generated reference pages are current (bun run docs)", async () => {
  for (const [name, content] of Object.entries(referencePages())) {
    expect(await Bun.file(join(root, "docs", "reference", name)).text(), name).toBe(content);
  }
});

test("every command that the README names exists", async () => {
  const readme = await Bun.file(join(root, "README.md")).text();
  const known = new Set(createProgram().commands.map((command) => command.name()));
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
  for await (const path of new Glob("{*.md,docs/**/*.md}").scan(root)) {
    const text = await Bun.file(join(root, path)).text();
    for (const [, target = ""] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (!/^https?:/.test(target) && !existsSync(join(root, dirname(path), target)))
        broken.push(`${path}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test("no document, source or test names a path of a particular machine", async () => {
  const found: string[] = [];
  for await (const path of new Glob("{*.md,docs/**/*,src/**/*,native/*,benchmarks/*,presets/*}").scan(root)) {
    if (/(?:^|[\s"'`(=])\/(?:work|root)\//.test(await Bun.file(join(root, path)).text())) found.push(path);
  }
  expect(found).toEqual([]);
});
