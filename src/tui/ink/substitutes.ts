import { dirname, join } from "node:path";

/**
 * Puts modules of our own in the place of those that make Ink slow; to be called before anything imports Ink. Ink is
 * as it is in everything else: what is drawn does not change (docs/decisions/0020-light-ink.md).
 */
export function prepareInk(): void {
  const ink = dirname(Bun.resolveSync("ink", import.meta.dir));
  const output = join(ink, "output.js");
  Bun.plugin({
    name: "light Ink",
    setup(build) {
      // The one function that Ink takes of the 415 modules of that name.
      build.module("es-toolkit/compat", async () => ({
        loader: "object",
        exports: { throttle: (await import(Bun.resolveSync("es-toolkit/compat/throttle", ink))).default },
      }));
      // Asked for every text of every frame.
      build.module("widest-line", () => ({ loader: "object", exports: { default: widestLine } }));
      // Asked for every text that has no room; its measure of widths takes 10 ms to get ready.
      build.module("cli-truncate", async () => ({
        loader: "object",
        exports: { default: (await import("./truncate.ts")).default },
      }));
      build.onLoad({ filter: new RegExp(`^${RegExp.escape(output)}$`) }, async () => ({
        loader: "object",
        exports: { default: (await import("./output.ts")).default },
      }));
    },
  });
}

/** Columns of the widest line of a text. */
const widestLine = (text: string): number =>
  text.split("\n").reduce((widest, line) => Math.max(widest, Bun.stringWidth(line)), 0);
