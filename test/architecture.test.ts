import { expect, test } from "bun:test";
import { dirname, join, relative } from "node:path";
import { Glob } from "bun";

/** ARCHITECTURE.md's `layers` block is the config: layer -> layers it may import. */
const root = join(import.meta.dir, "..");

async function readLayers(): Promise<Map<string, string[]>> {
  const text = await Bun.file(join(root, "ARCHITECTURE.md")).text();
  const block = /```layers\n([\s\S]*?)```/.exec(text)?.[1];
  if (!block) throw new Error("ARCHITECTURE.md has no ```layers block");
  return new Map(
    block
      .trim()
      .split("\n")
      .map((line) => {
        const [layer, allowed] = line.split("->").map((part) => part.trim());
        return [layer ?? "", (allowed ?? "").split(/\s+/).filter(Boolean)];
      }),
  );
}

function layerOf(file: string, layers: Iterable<string>): string | undefined {
  const candidates = [...layers].filter((layer) => file === layer || file.startsWith(`${layer}/`));
  return candidates.sort((a, b) => b.length - a.length)[0];
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^"'`;]*?["'](\.{1,2}\/[^"']+)["']|import\(\s*["'](\.{1,2}\/[^"']+)["']|new URL\(\s*["'](\.{1,2}\/[^"']+\.tsx?)["']/g;

test("the layers in ARCHITECTURE.md name only layers, and form no cycle", async () => {
  const layers = await readLayers();
  const above = new Set<string>();
  for (const [layer, allowed] of layers) {
    for (const other of allowed) expect(layers.has(other), `${layer} -> ${other}: no such layer`).toBe(true);
    for (const other of allowed) {
      // The list is written lowest first, except that cli/commands composes what cli dispatches to.
      expect(above.has(other), `${layer} -> ${other}: listed higher up`).toBe(true);
    }
    above.add(layer);
  }
});

test("imports point down", async () => {
  const layers = await readLayers();
  const offences: string[] = [];
  for await (const path of new Glob("src/**/*.{ts,tsx}").scan(root)) {
    const file = relative("src", path);
    const layer = layerOf(file, layers.keys());
    if (!layer) {
      offences.push(`${path}: belongs to no layer`);
      continue;
    }
    const text = await Bun.file(join(root, path)).text();
    for (const match of text.matchAll(IMPORT)) {
      const target = relative("src", join(dirname(path), match[1] ?? match[2] ?? match[3] ?? ""));
      if (target.startsWith("..")) continue;
      const targetLayer = layerOf(target, layers.keys());
      if (targetLayer !== layer && !layers.get(layer)?.includes(targetLayer ?? "")) {
        offences.push(`${path} imports ${target} (${layer} -> ${targetLayer ?? "no layer"})`);
      }
    }
  }
  expect(offences).toEqual([]);
});

test("bun:ffi appears only in src/mlx/ffi", async () => {
  const offences: string[] = [];
  for await (const path of new Glob("src/**/*.{ts,tsx}").scan(root)) {
    if (path.startsWith("src/mlx/ffi/")) continue;
    if (/["']bun:ffi["']/.test(await Bun.file(join(root, path)).text())) offences.push(path);
  }
  expect(offences).toEqual([]);
});
