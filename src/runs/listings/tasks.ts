import { TASK_TYPES } from "../../interfaces/role.ts";
import type { FilterLanguage } from "../filter/index.ts";
import { type TaskRow, toTask } from "../queries/tasks.ts";
import type { TaskRecord } from "../records.ts";
import { byColumn, byId, byNullable, inOrder, type Listing } from "./listing.ts";

export const TASK_ORIGINS: readonly TaskRecord["origin"][] = ["seed", "proposed", "template"];

export const TASK_LANGUAGE: FilterLanguage = {
  text: "program || char(10) || inputs || char(10) || outputs || char(10) || coalesce(message, '')",
  fields: [
    { name: "type", kind: "choice", sql: "type", values: TASK_TYPES, help: "task type" },
    { name: "solve", kind: "number", sql: "solve_rate", help: "share of right answers when last solved" },
    { name: "learn", kind: "number", sql: "learnability", help: "learnability at admission" },
    { name: "drawn", kind: "number", sql: "times_drawn", help: "steps that it trained the solver in" },
    { name: "step", kind: "number", sql: "step", help: "step that admitted it" },
    { name: "origin", kind: "choice", sql: "origin", values: TASK_ORIGINS, help: "where it comes from" },
    { name: "id", kind: "number", sql: "id", help: "its number" },
    { name: "parent", kind: "ids", sql: "parents", help: "a task that its proposer was shown" },
    { name: "evicted", kind: "number", sql: "evicted_step", help: "step in which the buffer gave it up" },
    { name: "program", kind: "text", sql: "program", help: "text in the program" },
    { name: "input", kind: "text", sql: "inputs", help: "text in the inputs" },
    { name: "output", kind: "text", sql: "outputs", help: "text in the outputs" },
    { name: "message", kind: "text", sql: "message", help: "text in the hint to the solver" },
  ],
};

/** Every task that the buffers hold or held. */
export const TASK_LISTING: Listing<TaskRecord> = {
  from: "tasks",
  language: TASK_LANGUAGE,
  orders: {
    id: byId,
    step: byColumn("step"),
    type: byColumn("type"),
    origin: byColumn("origin"),
    solve: byNullable("solve_rate"),
    learn: byNullable("learnability"),
    drawn: byColumn("times_drawn"),
  },
  rows: (database, ids) =>
    inOrder(
      database
        .all<TaskRow>("SELECT * FROM tasks WHERE id IN (SELECT value FROM json_each(?))", [
          JSON.stringify(ids),
        ])
        .map(toTask),
      ids,
    ),
};
