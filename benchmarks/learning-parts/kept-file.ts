import { existsSync, readFileSync } from "node:fs";

/** Writes a file only where its text differs, since samples are kept by the state of the file. Its path. */
export async function keep(path: string, text: string): Promise<string> {
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) await Bun.write(path, text);
  return path;
}
