import { Text } from "ink";
import type { ReactElement } from "react";
import { cell, oneLine } from "../printable.ts";
import { emphasis, STATE_MARKS, stateEmphasis } from "../theme.ts";
import { age } from "./age.ts";
import type { CatalogEntry, RunFacts } from "./run-catalog.ts";
import { sparkline } from "./sparkline.ts";

/** Columns of the list of runs, in characters with the blank before each; 0 where there is no room for it. */
export interface RunColumns {
  name: number;
  state: number;
  step: number;
  curve: number;
  reward: number;
  model: number;
  age: number;
}

/** What fits: name, state, step and age at any width, then curve, reward and model. */
export function runColumns(width: number, longestName: number): RunColumns {
  const columns = { name: 0, state: 11, step: 10, curve: 0, reward: 0, model: 0, age: 6 };
  let room = width - columns.state - columns.step - columns.age;
  const name = Math.min(Math.max(10, longestName), 28);
  const wanted = [
    ["curve", 11],
    ["reward", 7],
    ["model", 15],
  ] as const;
  for (const [column, size] of wanted) {
    if (room - size < Math.min(name, 12)) break;
    columns[column] = size;
    room -= size;
  }
  columns.name = Math.max(8, Math.min(room, name));
  room -= columns.name;
  if (columns.model > 0) {
    const more = Math.min(room, 30);
    columns.model += more;
    room -= more;
  }
  if (columns.curve > 0) columns.curve += Math.min(Math.max(0, room), 30);
  return columns;
}

export function runHeading(columns: RunColumns): string {
  return (
    cell("name", columns.name) +
    cell("  state", columns.state) +
    "step".padStart(columns.step) +
    cell(columns.curve > 20 ? " reward of the solver" : " reward", columns.curve) +
    (columns.reward > 0 ? "last".padStart(columns.reward) : "") +
    cell(columns.model > 0 ? " model" : "", columns.model) +
    "age".padStart(columns.age)
  );
}

/** One run, in columns. */
export function runLine(entry: CatalogEntry, facts: RunFacts, columns: RunColumns): ReactElement {
  const name = cell(oneLine(entry.name), columns.name);
  if (facts.kind === "broken") {
    return (
      <Text>
        {name}
        <Text {...emphasis.bad()}>{` ! broken: ${oneLine(facts.reason)}`}</Text>
      </Text>
    );
  }
  const { status, curve, model } = facts;
  const last = curve.findLast((value) => value !== null);
  const live = status.engine !== null;
  return (
    <Text>
      {name}
      <Text {...stateEmphasis(status.state)}>
        {cell(` ${STATE_MARKS[status.state]} ${status.state}`, columns.state)}
      </Text>
      {`${status.step}/${status.totalSteps}`.padStart(columns.step)}
      {columns.curve > 0 && <Text {...emphasis.good()}>{` ${sparkline(curve, columns.curve - 1)}`}</Text>}
      {columns.reward > 0 && (last === undefined ? "-" : last.toFixed(2)).padStart(columns.reward)}
      {columns.model > 0 && <Text {...emphasis.faint()}>{cell(` ${modelName(model)}`, columns.model)}</Text>}
      <Text {...(live ? emphasis.good() : emphasis.faint())}>
        {age(live ? entry.touchedAt : status.activeAt).padStart(columns.age)}
      </Text>
    </Text>
  );
}

/** Without the commit that pins it; a long path by its end. */
export function modelName(source: string): string {
  return oneLine(source).replace(/@[0-9a-f]{40}$/, "");
}
