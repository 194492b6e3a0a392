import type { Role, TaskType } from "../interfaces/role.ts";
import type { RunState } from "../runs/records.ts";
import type { ChartColour } from "./charts/line-chart.ts";

/** True when NO_COLOR asks for plain text (https://no-color.org). */
export const plain = (): boolean => Boolean(process.env.NO_COLOR);

type Colour = ChartColour | "gray";

/** A colour by what it means; the terminal's own for white, which a light background would hide, and under NO_COLOR. */
export const colour = (name: Colour): Colour | undefined => (plain() || name === "white" ? undefined : name);

/** Text emphasis by meaning, as properties of Ink's Text. */
export const emphasis = {
  title: () => ({ bold: true, ...tint("cyan") }),
  faint: () => ({ dimColor: true }),
  good: () => tint("green"),
  warning: () => tint("yellow"),
  bad: () => ({ bold: true, ...tint("red") }),
};

function tint(name: Colour): { color?: Colour } {
  return plain() ? {} : { color: name };
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
