import { expect, test } from "bun:test";
import { dirname, join } from "node:path";
import { stream } from "../../../src/random/stream.ts";
import Output from "../../../src/tui/ink/output.ts";

const WORDS = [
  "step 12",
  "界面",
  "e\u0301",
  "👍 ok",
  "",
  " ",
  "─╮",
  "\u200b",
  "0.53\n1.2",
  "\x1b[36m⣀⡠\n⠔\x1b[39m x",
];
const STYLES = [31, 32, 1, 2, 7].map((code) => `\x1b[${code}m`);
const CLOSE = "\x1b[22m\x1b[27m\x1b[39m";
const draws = stream(1, "frames");

/** What a frame consists of: texts at places, some within bounds, some changed line by line. */
type Call =
  | { name: "write"; x: number; y: number; text: string; mark: string }
  | { name: "clip"; x1?: number; x2?: number; y1?: number; y2?: number }
  | { name: "unclip" };

function randomCall(depth: number): Call {
  const kind = draws.integer(0, 9);
  if (kind === 0 && depth > 0) return { name: "unclip" };
  if (kind <= 1) {
    const [x1, y1] = [draws.integer(-2, 20), draws.integer(-1, 5)];
    const across = { x1, x2: x1 + draws.integer(-1, 20) };
    const down = { y1, y2: y1 + draws.integer(-1, 6) };
    return { name: "clip", ...(draws.uniform() < 0.6 ? across : {}), ...(draws.uniform() < 0.6 ? down : {}) };
  }
  const words = Array.from({ length: draws.integer(1, 4) }, () => {
    const word = draws.pick(WORDS);
    return draws.uniform() < 0.4 ? `${draws.pick(STYLES)}${word}${draws.uniform() < 0.8 ? CLOSE : ""}` : word;
  });
  const mark = draws.uniform() < 0.3 ? draws.pick(STYLES) : "";
  return { name: "write", x: draws.integer(-2, 30), y: draws.integer(-2, 7), text: words.join(""), mark };
}

function draw(output: Output, calls: readonly Call[]) {
  for (const call of calls) {
    if (call.name === "unclip") output.unclip();
    else if (call.name === "clip") {
      const { name, ...bounds } = call;
      output.clip(bounds);
    } else {
      const { x, y, text, mark } = call;
      const transformers = mark
        ? [(line: string, index: number) => (line === "" ? "" : `${mark}${line}${index}${CLOSE}`)]
        : [];
      output.write(x, y, text, { transformers });
    }
  }
  return output.get();
}

test("frames of styles, wide characters and bounds are those of Ink's own Output", async () => {
  const file = join(dirname(Bun.resolveSync("ink", import.meta.dir)), "output.js");
  // The question mark tells the import from the one that ours takes the place of.
  const { default: InksOutput } = await import(`${file}?own`);
  expect(InksOutput).not.toBe(Output);
  let calls: Call[] = [];
  for (let frame = 0; frame < 120; frame++) {
    // Frames follow from each other, as those of a screen do: most of their rows stay.
    if (frame % 5 === 0) {
      let depth = 0;
      calls = Array.from({ length: 14 }, () => {
        const call = randomCall(depth);
        depth += call.name === "clip" ? 1 : call.name === "unclip" ? -1 : 0;
        return call;
      });
    } else {
      const at = draws.integer(0, calls.length - 1);
      if (calls[at]?.name === "write") {
        const call = randomCall(0);
        if (call.name === "write") calls[at] = call;
      }
    }
    const size = { width: frame % 40 < 30 ? 32 : 20, height: 8 };
    expect(draw(new Output(size), calls)).toEqual(draw(new InksOutput(size), calls));
  }
});
