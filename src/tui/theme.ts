import type { Role, TaskType } from "../interfaces/role.ts";
import type { RunState } from "../runs/records.ts";
import type { ChartColour } from "./charts/line-chart.ts";
import {
  type Background,
  type ColourDepth,
  type ColourName,
  type Palette,
  paletteOf,
  sgr,
} from "./colours.ts";

let palette: Palette = paletteOf("dark", 16);
let background: Background = "dark";
let version = 0;
const listeners = new Set<() => void>();

/** Sets what all colours are looked up in, for the one terminal of this process. */
export function setColours(on: Background, depth: ColourDepth): void {
  const next = paletteOf(on, depth);
  background = on;
  if (next === palette) return;
  palette = next;
  version++;
  for (const listener of listeners) listener();
}

export const themeBackground = (): Background => background;

/** Changes when colours do; with `subscribeTheme` for React's useSyncExternalStore. */
export const themeVersion = (): number => version;

export function subscribeTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** True where there are no colours: NO_COLOR, a terminal without them, or the theme `plain`. */
export const plain = (): boolean => Boolean(process.env.NO_COLOR) || palette.red === null;

/** A colour as Ink takes it, by what it means; undefined for the terminal's own. */
export function colour(name: ColourName): string | undefined {
  const number = plain() ? null : palette[name];
  if (number === null) return undefined;
  return number < 16 ? NAMES[number] : `ansi256(${number})`;
}

/** The parameters of a colour's control sequence. */
export const colourCode = (name: ColourName): string => sgr(plain() ? null : palette[name]);

/** Ink's names of the sixteen. */
const NAMES = [
  ...["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"],
  ...[
    "gray",
    "redBright",
    "greenBright",
    "yellowBright",
    "blueBright",
    "magentaBright",
    "cyanBright",
    "whiteBright",
  ],
];

/** Text emphasis by meaning, as properties of Ink's Text. */
export const emphasis = {
  title: () => ({ bold: true, ...tint("cyan") }),
  faint: () => ({ dimColor: true }),
  good: () => tint("green"),
  warning: () => tint("yellow"),
  bad: () => ({ bold: true, ...tint("red") }),
};

function tint(name: ColourName): { color?: string } {
  const named = colour(name);
  return named === undefined ? {} : { color: named };
}

export const TYPE_COLOURS: Record<TaskType, ChartColour> = {
  deduction: "cyan",
  abduction: "yellow",
  induction: "magenta",
  "error-deduction": "green",
  mathematics: "blue",
};

/** Marks on curves and in tables, which tell the types apart without colour. */
export const TYPE_MARKS: Record<TaskType, string> = {
  deduction: "●",
  abduction: "■",
  induction: "▲",
  "error-deduction": "◆",
  mathematics: "▼",
};

/** Names of the types that fit the columns of tables, nine characters. */
export const TYPE_LABELS: Record<TaskType, string> = {
  deduction: "deduction",
  abduction: "abduction",
  induction: "induction",
  "error-deduction": "error",
  mathematics: "maths",
};

export const ROLE_LABELS: Record<Role, string> = { propose: "proposer", solve: "solver" };

export function stateEmphasis(state: RunState): object {
  if (state === "running" || state === "finished") return emphasis.good();
  return state === "crashed" ? emphasis.bad() : emphasis.warning();
}

/** Tell the states apart without colour. */
export const STATE_MARKS: Record<RunState, string> = {
  created: "○",
  running: "▶",
  paused: "‖",
  stopped: "■",
  finished: "✓",
  crashed: "✗",
};
