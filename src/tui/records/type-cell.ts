import type { TaskType } from "../../interfaces/role.ts";
import { colour, TYPE_COLOURS, TYPE_LABELS, TYPE_MARKS } from "../theme.ts";
import type { Cell } from "./kind.ts";

/** A task type as a cell: its mark and name in its colour. */
export function typeCell(type: TaskType): Cell {
  return { text: `${TYPE_MARKS[type]} ${TYPE_LABELS[type]}`, style: { color: colour(TYPE_COLOURS[type]) } };
}
