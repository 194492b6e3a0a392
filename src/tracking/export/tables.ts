import type { RunDatabase } from "../../runs/database.ts";
import { metricNames } from "../../runs/queries/metrics.ts";

/** A value of SQLite, or of one of the columns that hold JSON. */
export type Cell = string | number | null | JsonCell;

/** A list or map, with its text as it is stored. */
export class JsonCell {
  constructor(readonly text: string) {}
  get value(): unknown {
    return JSON.parse(this.text);
  }
}

export interface ExportedTable {
  columns: readonly string[];
  rows: () => Generator<readonly Cell[]>;
}

/** Rows read at once: a long run is never whole in memory. */
const BATCH = 500;

type Row = Record<string, string | number | null>;

interface StoredTable {
  table: string;
  columns: readonly string[];
  /** Columns that hold JSON. */
  json?: readonly string[];
  /** Columns that tell one row from another; the rows come in their order. */
  key: readonly string[];
}

const STORED = {
  metrics: { table: "metrics", columns: ["step", "name", "value"], key: ["step", "name"] },
  tasks: {
    table: "tasks",
    columns: [
      "id",
      "type",
      "origin",
      "step",
      "program",
      "inputs",
      "outputs",
      "message",
      "parents",
      "learnability",
      "solve_rate",
      "times_drawn",
    ],
    json: ["inputs", "outputs", "parents"],
    key: ["id"],
  },
  rollouts: {
    table: "rollouts",
    columns: [
      "id",
      "step",
      "role",
      "type",
      "task_id",
      "group_key",
      "prompt",
      "response",
      "answer",
      "verdict",
      "detail",
      "reward",
      "components",
      "advantage",
      "prompt_tokens",
      "response_tokens",
      "log_probability",
      "finish",
    ],
    json: ["components"],
    key: ["id"],
  },
  evaluations: {
    table: "evaluations",
    columns: ["id", "step", "benchmark", "scores", "settings", "started_at", "finished_at"],
    json: ["scores", "settings"],
    key: ["id"],
  },
  "evaluation-samples": {
    table: "evaluation_samples",
    columns: ["evaluation_id", "problem", "sample", "completion", "passed", "verdict", "error"],
    key: ["evaluation_id", "problem", "sample"],
  },
  events: {
    table: "events",
    columns: ["id", "at", "step", "level", "source", "message"],
    key: ["id"],
  },
} satisfies Record<string, StoredTable>;

/** `steps` is the metrics by step: a row for each, a column for each figure. */
export const TABLES = ["steps", ...(Object.keys(STORED) as (keyof typeof STORED)[])] as const;
export type TableName = (typeof TABLES)[number];

export function exportedTable(database: RunDatabase, name: TableName): ExportedTable {
  return name === "steps" ? stepsTable(database) : storedTable(database, STORED[name]);
}

function storedTable(database: RunDatabase, { table, columns, key, json = [] }: StoredTable): ExportedTable {
  const order = key.join(", ");
  const marks = key.map(() => "?").join(", ");
  const select = (where: string) =>
    `SELECT ${columns.join(", ")} FROM ${table} ${where} ORDER BY ${order} LIMIT ${BATCH}`;
  return {
    columns,
    *rows() {
      let page = database.all<Row>(select(""));
      while (page.length > 0) {
        for (const row of page)
          yield columns.map((column) => cell(row[column] ?? null, json.includes(column)));
        const last = page.at(-1) as Row;
        page = database.all<Row>(
          select(`WHERE (${order}) > (${marks})`),
          key.map((column) => last[column] ?? null),
        );
      }
    },
  };
}

function stepsTable(database: RunDatabase): ExportedTable {
  const names = metricNames(database);
  const steps = database.all<{ step: number; started_at: number | null; finished_at: number | null }>(
    `SELECT step, started_at, finished_at FROM (SELECT DISTINCT step FROM metrics) LEFT JOIN steps USING (step)
     ORDER BY step`,
  );
  return {
    columns: ["step", "started_at", "finished_at", ...names],
    *rows() {
      for (const { step, started_at, finished_at } of steps) {
        const values = new Map(
          database
            .all<{ name: string; value: number | null }>("SELECT name, value FROM metrics WHERE step = ?", [
              step,
            ])
            .map(({ name, value }) => [name, value]),
        );
        yield [step, started_at, finished_at, ...names.map((name) => values.get(name) ?? null)];
      }
    },
  };
}

function cell(value: string | number | null, isJson: boolean): Cell {
  return isJson && typeof value === "string" ? new JsonCell(value) : value;
}
