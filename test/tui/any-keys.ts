import { KEYS } from "../../src/tui/keys/table.ts";

/** What a terminal sends for the keys of the table; characters send themselves. */
const SENT: Record<string, string> = {
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  pageup: "\x1b[5~",
  pagedown: "\x1b[6~",
  home: "\x1b[H",
  end: "\x1b[F",
  delete: "\x1b[3~",
  tab: "\t",
  "shift+tab": "\x1b[Z",
  return: "\r",
  escape: "\x1b",
  backspace: "\x7f",
  space: " ",
  wheelup: "\x1b[<64;10;10M",
  wheeldown: "\x1b[<65;10;10M",
};

/** As a terminal sends a key of the table. */
export function sent(key: string): string {
  const control = /^ctrl\+([a-z])$/.exec(key)?.[1];
  return control ? String.fromCharCode(control.charCodeAt(0) - 96) : (SENT[key] ?? key);
}

/** Every key of the table, each once. */
export const ALL_KEYS: readonly string[] = [...new Set(KEYS.flatMap(({ keys }) => [...keys] as string[]))];
