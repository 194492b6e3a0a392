import { isLiveSetting } from "../../config/change.ts";
import type { Config } from "../../config/schema.ts";
import { holds } from "../../config/setting-value.ts";
import { type ConfigField, configFields } from "../../config/shape.ts";
import type { Command } from "../../engine/protocol.ts";
import type { KeyContext } from "../keys/contexts.ts";
import { KEYS } from "../keys/table.ts";

/** What a line of the palette does. */
export type Action =
  /** As if the key were pressed. */
  | { kind: "press"; key: string }
  | { kind: "send"; command: Command }
  /** To a row, a line or a step of what is shown. */
  | { kind: "goto"; number: number }
  | { kind: "detach" }
  /** Something to be read, and nothing to be done. */
  | { kind: "tell"; text: string };

/** A word that may stand where the cursor is, and what it means. */
export interface Suggestion {
  word: string;
  help: string;
}

/** What the palette knows of the run and of the screen under it. */
export interface PaletteScope {
  contexts: readonly KeyContext[];
  /** Whether an engine is at work. */
  live: boolean;
  /** It is a recording that is played. */
  replay?: boolean;
  config: Config;
}

interface OwnCommand extends Suggestion {
  live: boolean;
  /** Absent for a command without a value. */
  takes?: string;
}

/** Commands that no key stands for. */
const OWN: readonly OwnCommand[] = [
  {
    word: "set",
    takes: "KEY VALUE",
    help: "change a setting from the next step on; without a value, show it",
    live: true,
  },
  { word: "drive", help: "take over: only the driver's commands are taken", live: true },
  { word: "detach", help: "leave the screen; the run goes on", live: false },
  {
    word: "goto",
    takes: "N",
    help: "to row, line or step N of what is shown; a number alone does it too",
    live: false,
  },
];

/** Contexts whose keys are answers or letters, and mean nothing as a command. */
const UNNAMED: readonly KeyContext[] = ["text", "filter", "find", "confirm", "help", "palette", "list"];
/** Keys that move by a line or a page, which nobody writes out. */
const MOVES = /^(scroll|point|crosshair|line|pan)-/;

/** The commands that can be given now: those without a key first, then those of the key table, the screen's own first. */
export function commands({ contexts, live }: PaletteScope): Suggestion[] {
  const own = OWN.filter((command) => live || !command.live).map(({ word, takes, help }) => ({
    word,
    help: takes ? `${takes}  ${help}` : help,
  }));
  const keyed = contexts
    .filter((context) => !UNNAMED.includes(context))
    .flatMap((context) =>
      KEYS.filter(({ when, id }) => when === context && id !== "palette" && !MOVES.test(id)),
    )
    .map(({ id, help }) => ({ word: id as string, help }));
  const seen = new Set(own.map(({ word }) => word));
  return [...own, ...keyed.filter(({ word }) => !seen.has(word) && seen.add(word))];
}

/** Why a line cannot be done though its command is one: only an engine at work takes it. Null of any other line. */
export function withoutEngine(line: string, { live, replay }: PaletteScope): string | null {
  const [typed = ""] = line.trim().split(/[\s=]+/);
  const command = live ? undefined : OWN.find(({ word, live }) => live && word === typed);
  if (!command) return null;
  return replay
    ? `${command.word} is told to an engine. This is a replay.`
    : `${command.word} is told to the engine, and none is at work.`;
}

/** The settings that can be changed while the run is trained, with their fields' help. */
export function settings({ config }: PaletteScope): ConfigField[] {
  const fields = configFields();
  return fields.filter(({ path, when }) => isLiveSetting(path) && holds(when, config, fields));
}

/** A value as `--set` writes it. */
export function written(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" && /^[\w./-]+$/.test(value) ? value : JSON.stringify(value);
}
