import type { RandomStream } from "../../src/random/stream.ts";
import { MAX_FRAME_BYTES } from "../../src/sandbox/protocol.ts";

/** Result frames as workers write them, for one call: the seeds of the fuzz. */
const VALUES = [
  "null",
  "true",
  '"a\\n\\ud83d\\ude00 \\"quoted\\" \\\\"',
  '["i","-0x1fffffffffffffffffffff"]',
  '["f","-1.5e+300"]',
  '["f","nan"]',
  '["c","inf","-0.0"]',
  '["b","00ff7f"]',
  '["l",["i","0x1"],["t"],["l",["l",["l"]]]]',
  '["s",["i","0x1"],["z",["t",null,"x"]],"y"]',
  '["d",["k",["d",[["i","0x2"],["l"]]]],[null,["f","1.5"]]]',
];
const ENDINGS = [
  ...VALUES.map((value) => `"program":null,"calls":[["ok",${value},null]]`),
  '"program":null,"calls":[["exception",null,["ValueError","no\\nway"]]]',
  '"program":["exception",["E","m"]],"calls":[]',
  '"program":["memory-limit",["MemoryError",""]],"calls":[]',
];
const FOUND = '{"program":null,"calls":[null],"imports":[]}';
const SEEDS = [
  ...ENDINGS.map((ending) => [FOUND, `{"nonce":"n",${ending}}`]),
  [FOUND, '{"tried":"socket"}', '{"tried":"file-read"}', `{"nonce":"n",${ENDINGS[0]}}`],
  ['{"program":["syntax-error",["SyntaxError","bad (line 3)"]],"calls":[null],"imports":[]}'],
  ['{"program":null,"calls":[null],"imports":["os"]}'],
  ['{"unlimited":"no"}'],
];

/** Pieces that are wrong in a frame in as many ways as there are. */
const PIECES = [
  ...'[]{},:"\\ 0-.eE+xn\0\n',
  "null",
  "true",
  "1e999",
  "-0",
  "1".repeat(40),
  '"nonce":"n",',
  '"calls":[],',
  '"program":null,',
  '"__proto__":',
  ',"__proto__":1',
  ',"more":[]',
  '"constructor"',
  '["ok",null,null]',
  '["i","0x',
  '["f","1e5"]',
  '["f",1]',
  '["d",["k"]]',
  '["s",["l"]]',
  "\\u0000",
  "\\ud800",
  "\\",
  "[".repeat(230),
  '["l",'.repeat(110),
];

/** The bytes that a worker sends for one job, several frames, with something wrong in most of them. */
export function mutantStream(random: RandomStream): Uint8Array {
  if (random.integer(0, 19) === 0) return framed(randomBytes(random), random);
  if (random.integer(0, 1999) === 0) return fullStream(random);
  const texts = [...random.pick(SEEDS)];
  for (let edits = random.integer(0, 2); edits > 0; edits--) edit(texts, random);
  const frames = texts.map((text) => framed(Buffer.from(text), random));
  let bytes = Buffer.concat(frames);
  const kind = random.integer(0, 11);
  if (kind === 0) bytes = bytes.subarray(0, random.integer(0, bytes.length));
  if (kind === 1) bytes = Buffer.concat([bytes, Buffer.alloc(random.integer(1, 9), random.integer(0, 255))]);
  if (kind === 2) {
    for (let flips = random.integer(1, 4); flips > 0; flips--)
      bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
  }
  return bytes;
}

/** A result about as large as one may be, a little beyond now and then. */
function fullStream(random: RandomStream): Uint8Array {
  const value = random.pick(['["t"', '["l",["i","0x1"]', `["l","${"x".repeat(10_000)}"`]);
  const items = random.pick([',["f","1.5"]', ",null", ",[", `,"${"y".repeat(1000)}"`, ',["d",[null,"k"]]']);
  const room = MAX_FRAME_BYTES - 200 - value.length + random.integer(-100_000, 1000);
  const many = items.repeat(Math.floor(room / items.length / random.pick([1, 1, 1, 100])));
  const result = `{"nonce":"n","program":null,"calls":[["ok",${value}${many}],null]]}`;
  return Buffer.concat([FOUND, result].map((text) => framed(Buffer.from(text), random)));
}

function randomBytes(random: RandomStream): Uint8Array {
  return Uint8Array.from({ length: random.integer(0, 64) }, () => random.integer(0, 255));
}

/** Changes one frame's text, or which frames there are. */
function edit(texts: string[], random: RandomStream): void {
  const at = random.integer(0, texts.length - 1);
  const text = texts[at] ?? "";
  const place = random.integer(0, text.length);
  switch (random.integer(0, 5)) {
    case 0:
      texts[at] = text.slice(0, place) + random.pick(PIECES) + text.slice(place + random.integer(0, 5));
      break;
    case 1:
      texts[at] = text.slice(0, place);
      break;
    case 2: {
      const end = random.integer(place, text.length);
      texts[at] = text.slice(0, end) + text.slice(place, end).repeat(random.integer(1, 3)) + text.slice(end);
      break;
    }
    case 3:
      texts.splice(at, 0, random.pick(texts));
      break;
    case 4:
      texts.splice(at, 1, random.pick(random.pick(SEEDS)));
      break;
    default:
      texts[at] = text.replace(/\[[^[\]]*\]/, random.pick(VALUES));
  }
}

/** With its length before it, which is now and then a wrong one. */
function framed(body: Uint8Array, random: RandomStream): Uint8Array {
  const head = Buffer.alloc(4);
  const wrong = random.integer(0, 40);
  const length = wrong === 0 ? random.integer(0, 2 ** 32 - 1) : body.length + (wrong === 1 ? 1 : 0);
  head.writeUInt32BE(length);
  return Buffer.concat([head, body]);
}
