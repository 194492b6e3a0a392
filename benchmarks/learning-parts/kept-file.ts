import { existsSync, readFileSync } from "node:fs";

/**
 * Writes records as JSON lines, only where the file's text differs, since samples are kept by the state of the file. Its
 * path.
 */
export async function keep(path: string, records: readonly object[]): Promise<string> {
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) await Bun.write(path, text);
  return path;
}
