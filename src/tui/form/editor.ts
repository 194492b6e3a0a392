import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { type CheckedDraft, changesFrom } from "../../config/draft.ts";
import { parseYaml } from "../../config/load.ts";
import { SetupError } from "../../errors/index.ts";
import type { FormState } from "./form-state.ts";

/** All settings of the form as a YAML file, those that are wrong as they stand. */
export function formYaml(state: FormState, draft: CheckedDraft): string {
  const values = draft.config ?? nested(draft);
  const from = state.preset === null ? "the defaults" : `the preset ${state.preset}`;
  return `# A new run, over ${from}. A line that is taken away falls back to it.\n${stringify(values)}`;
}

/** The form with what was written by hand. Raises ConfigError, with file and line, where it is wrong. */
export function withYaml(state: FormState, text: string): FormState {
  return { ...state, changes: changesFrom(state.preset, parseYaml(text, "the YAML")) };
}

/**
 * Lets the user edit a text in $VISUAL, $EDITOR or vi, which has the terminal meanwhile; what he made of it. This process
 * stands still until then: Bun goes on to read a terminal that is paused, and would take every other key from the
 * editor. Raises SetupError where the editor cannot be run or fails.
 */
export function editText(text: string, name: string): string {
  const editor = process.env.VISUAL || process.env.EDITOR || "vi";
  const folder = mkdtempSync(join(tmpdir(), "azr-tui-"));
  try {
    const file = join(folder, name);
    writeFileSync(file, text);
    setWrap(true);
    // The variable may hold options, as in `code --wait`.
    const { exitCode, signalCode } = Bun.spawnSync(["sh", "-c", `${editor} "$1"`, "sh", file], {
      stdio: ["inherit", "inherit", "inherit"],
      env: process.env,
    });
    if (exitCode === 0) return readFileSync(file, "utf8");
    throw new SetupError(`The editor "${editor}" ended with ${signalCode ?? `exit code ${exitCode}`}.`, {
      mend: "Set EDITOR to one that this machine has.",
    });
  } finally {
    setWrap(false);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The screens are drawn with the terminal's automatic wrap off, which an editor counts on. */
function setWrap(on: boolean): void {
  if (process.stdout.isTTY) process.stdout.write(on ? "\x1b[?7h" : "\x1b[?7l");
}

function nested(draft: CheckedDraft): Record<string, unknown> {
  const whole: Record<string, unknown> = {};
  for (const field of draft.fields) {
    const { value } = draft.at(field);
    if (value === undefined) continue;
    const keys = field.path.split(".");
    const last = keys.pop() as string;
    let inner = whole;
    for (const key of keys) {
      inner[key] ??= {};
      inner = inner[key] as Record<string, unknown>;
    }
    inner[last] = value;
  }
  return whole;
}
