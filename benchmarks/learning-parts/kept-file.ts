import { existsSync, readFileSync } from "node:fs";

/** Writes a file if it says something else: samples are kept for a file as it is. Its path. */
export async function keep(path: string, text: string): Promise<string> {
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) await Bun.write(path, text);
  return path;
}
