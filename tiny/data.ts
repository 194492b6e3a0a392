import { once } from "node:events";
import { createWriteStream, existsSync, renameSync } from "node:fs";
import { stream } from "../src/random/stream.ts";
import { isHeldOut } from "../src/selfplay/held-out.ts";
import { drawProgram, sourceOf } from "./grammar/program.ts";
import { HELD_OUT, makeTasks } from "./grammar/tasks.ts";
import { type Drawing, makeRow, NAMES_MIX, type Row } from "./rows.ts";

/** Programs drawn at a time, and rows made of them. */
const PROGRAMS = 8_000;
const ROWS = 20_000;

/** What the model that ships was made of. */
export const SHIPPED = { seed: 0, rows: 300_000 } as const;

/** The passes of a warm start: its texts, then a quarter as many under names of any kind. */
export function passes({ seed, rows }: Pick<RowsOptions, "seed" | "rows">): [RowsOptions, RowsOptions] {
  return [
    { seed, rows },
    { seed: seed + 2, rows: Math.ceil(rows / 4), mix: NAMES_MIX, anyNames: true },
  ];
}

export interface RowsOptions extends Drawing {
  seed: number;
  rows: number;
  /** Of programs that are held out, or of all others. */
  heldOut?: boolean;
  onProgress?: (done: number) => void;
}

/** The rows of a seed, some thousands at a time. */
export async function* makeRows({
  seed,
  rows,
  heldOut = false,
  ...drawing
}: RowsOptions): AsyncGenerator<Row[]> {
  for (let begin = 0; begin < rows; begin += ROWS) {
    // Of the programs that are drawn a tenth is held out.
    const drawn = heldOut ? PROGRAMS * 4 : PROGRAMS;
    const tasks = await makeTasks(seed, (begin / ROWS) * drawn, drawn, { heldOut });
    const count = Math.min(ROWS, rows - begin);
    yield Array.from({ length: count }, (_, i) => makeRow(seed, begin + i, tasks, drawing));
  }
}

/** The programs that the rows of a seed are made of; those of an unlucky draw, which no row took, are among them. */
export function* rowPrograms({ seed, rows }: Pick<RowsOptions, "seed" | "rows">): Generator<string> {
  for (let i = 0; i < Math.ceil(rows / ROWS) * PROGRAMS; i++) {
    const source = sourceOf(drawProgram(stream(seed, "tiny", "task", i)));
    if (!isHeldOut(source, HELD_OUT)) yield source;
  }
}

/** Writes rows as JSONL, unless the file is there; it is in its place when it is whole. */
export async function writeRows(path: string, options: RowsOptions): Promise<void> {
  if (existsSync(path)) return;
  const file = createWriteStream(`${path}.part`);
  let done = 0;
  for await (const rows of makeRows(options)) {
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    if (!file.write(text)) await once(file, "drain");
    done += rows.length;
    options.onProgress?.(done);
  }
  file.end();
  await once(file, "finish");
  renameSync(`${path}.part`, path);
}
