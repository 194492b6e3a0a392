import { Text } from "ink";
import type { ReactElement } from "react";
import {
  countTasks,
  rolloutPage,
  TASK_ORDERS,
  type TaskOrder,
  type TaskRecord,
  taskChildren,
  taskPage,
} from "../../runs/index.ts";
import { colour, emphasis, TYPE_COLOURS } from "../theme.ts";
import { highlightPython, PythonLine, printable } from "../widgets/python.tsx";
import { type RecordKind, RecordScreen } from "./record-screen.tsx";
import type { ScreenProps } from "./screen.ts";

const TASKS: RecordKind<TaskRecord> = {
  title: "Tasks",
  empty: "The buffers fill with the first valid proposals.",
  orders: Object.keys(TASK_ORDERS),
  count: countTasks,
  page: (database, filter, order, page) => taskPage(database, filter, order as TaskOrder, page),
  header: () => "    id  step  type       solved  learn  drawn  program",
  row: (task) => (
    <Text>
      {`${String(task.id).padStart(6)}${String(task.step).padStart(6)}  `}
      <Text color={colour(TYPE_COLOURS[task.type])}>{task.type.padEnd(10)}</Text>
      {`${share(task.solveRate).padStart(7)}${share(task.learnability).padStart(7)}${String(task.timesDrawn).padStart(7)}  ${printable(oneLine(task.program))}`}
    </Text>
  ),
  lines: (task, database) => {
    const attempts = rolloutPage(database, { taskId: task.id, role: "solve" }, { limit: 200 });
    const children = taskChildren(database, task.id);
    return [
      fact("type", `${task.type}, from ${task.origin === "seed" ? "the seed" : `step ${task.step}`}`),
      fact(
        "solve rate",
        `${share(task.solveRate)}   learnability ${share(task.learnability)}   drawn ${task.timesDrawn} times`,
      ),
      fact("parents", task.parents.join(", ") || "none"),
      fact("children", children.map((child) => child.id).join(", ") || "none"),
      heading("program"),
      ...highlightPython(task.program).map((tokens, index) => (
        <PythonLine key={`p${index}`} tokens={tokens} />
      )),
      ...task.inputs.flatMap((input, index) => [
        fact(`input ${index + 1}`, printable(input)),
        fact("  output", printable(task.outputs[index] ?? "")),
      ]),
      ...(task.message ? [fact("message", printable(task.message))] : []),
      heading(`attempts: ${attempts.length}`),
      ...attempts.map((attempt) => (
        <Text key={`a${attempt.id}`} wrap="truncate">
          <Text {...emphasis.faint()}>{`step ${attempt.step} `}</Text>
          <Text {...(attempt.verdict === "ok" ? emphasis.good() : emphasis.warning())}>
            {attempt.verdict.padEnd(16)}
          </Text>
          <Text>{printable(oneLine(attempt.answer ?? attempt.response))}</Text>
        </Text>
      )),
    ];
  },
};

/** The buffers: every task the run holds, and one task whole. */
export function Tasks(props: ScreenProps) {
  return <RecordScreen kind={TASKS} {...props} />;
}

export const share = (value: number | null): string => (value === null ? "-" : value.toFixed(2));
export const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, " ⏎ ");

export function fact(name: string, value: string): ReactElement {
  return (
    <Text key={name} wrap="truncate">
      <Text {...emphasis.faint()}>{name.padEnd(12)}</Text>
      <Text>{value}</Text>
    </Text>
  );
}

export function heading(title: string): ReactElement {
  return (
    <Text key={`heading ${title}`} {...emphasis.title()}>
      {title}
    </Text>
  );
}
