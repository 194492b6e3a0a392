import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../runs/fixtures.ts";
import { openPseudoTerminal } from "./pseudo-terminal.ts";

setDefaultTimeout(60_000);

const opener = join(import.meta.dir, "open-home.ts");
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** An editor that takes keys one by one until a dot, writes them down, and leaves marks on the screen. */
const EDITOR = `#!/usr/bin/env python3
import os, select, termios, time, tty
before = termios.tcgetattr(0)
tty.setraw(0)
os.write(1, b"\\x1b[H" + b"#" * 40 + b"READY")
keys = b""
while not keys.endswith(b"."):
    select.select([0], [], [])
    time.sleep(0.02)  # whoever reads the terminal besides comes first
    keys += os.read(0, 1)
os.write(1, b"\\x1b[H\\x1b[2J")
termios.tcsetattr(0, termios.TCSADRAIN, before)
open("KEYS", "wb").write(keys)
`;

test("an editor gets every key, and leaves a whole screen behind", async () => {
  const editor = join(folder.path, "editor");
  const keys = join(folder.path, "keys");
  writeFileSync(editor, EDITOR.replace("KEYS", keys), { mode: 0o755 });
  await using terminal = openPseudoTerminal(
    ["sh", "-c", 'cd "$1" && exec "$2" "$3"', "sh", folder.path, process.execPath, opener],
    { columns: 80, rows: 24, env: { AZR_RUNS_DIR: undefined, VISUAL: undefined, EDITOR: editor } },
  );
  await terminal.waitFor(/There is no run in runs\//, 30_000);
  terminal.send("\t");
  await terminal.waitFor(/\[presets\]/);
  terminal.send("n");
  await terminal.waitFor(/Settings: \d+/);
  for (const round of ["first", "second"]) {
    terminal.send("e");
    await terminal.waitFor(/READY/);
    const typed = `sq:${round} nothing of this is the form's`;
    for (const key of `${typed}.`) {
      terminal.send(key);
      await Bun.sleep(5);
    }
    const screen = await terminal.waitFor(/Taken from the YAML/);
    expect(readFileSync(keys, "utf8")).toBe(`${typed}.`);
    expect(screen.split("\n")[0]).toContain("azr-tui  new run");
    expect(screen).not.toContain("#");
  }
});
