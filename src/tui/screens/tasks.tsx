import { Text } from "ink";
import {
  countTasks,
  rolloutPage,
  TASK_ORDERS,
  type TaskOrder,
  type TaskRecord,
  taskChildren,
  taskPage,
} from "../../runs/index.ts";
import { oneLine } from "../printable.ts";
import { colour, emphasis, TYPE_COLOURS, TYPE_LABELS, TYPE_MARKS } from "../theme.ts";
import { fact, heading, paragraph } from "../widgets/facts.tsx";
import { highlightPython, pythonLine } from "../widgets/python.tsx";
import { type RecordKind, RecordScreen } from "./record-screen.tsx";
import type { ScreenProps } from "./screen.ts";

/** Most attempts listed of one task, the newest. */
const ATTEMPTS = 200;

const ORIGINS = { seed: "a seed", proposed: "proposed", template: "written by templates" };

const TASKS: RecordKind<TaskRecord> = {
  title: "Tasks",
  empty: "The buffers fill with the first valid proposals.",
  orders: Object.keys(TASK_ORDERS),
  count: countTasks,
  page: (database, filter, order, page) => taskPage(database, filter, order as TaskOrder, page),
  header: () => "    id step type        solved learn. drawn  program",
  row: (task) => (
    <Text>
      {`${String(task.id).padStart(6)}${String(task.step).padStart(5)} `}
      <Text
        color={colour(TYPE_COLOURS[task.type])}
      >{`${TYPE_MARKS[task.type]} ${TYPE_LABELS[task.type].padEnd(9)}`}</Text>
      {`${share(task.solveRate).padStart(7)}${share(task.learnability).padStart(7)}${String(task.timesDrawn).padStart(6)}  ${oneLine(task.program)}`}
    </Text>
  ),
  lines: (task, database, width) => {
    const attempts = rolloutPage(database, { taskId: task.id, role: "solve" }, { limit: ATTEMPTS });
    const children = taskChildren(database, task.id);
    return [
      ...fact(
        "type",
        `${task.type}, ${ORIGINS[task.origin]}${task.origin === "seed" ? "" : ` in step ${task.step}`}`,
        width,
      ),
      ...fact(
        "solve rate",
        `${share(task.solveRate)}, learnability ${share(task.learnability)}, drawn ${task.timesDrawn} times`,
        width,
      ),
      ...fact("parents", task.parents.join(", ") || "none", width),
      ...fact("children", children.map((child) => child.id).join(", ") || "none", width),
      ...whole(task, width),
      ...task.inputs.flatMap((input, index) => [
        ...fact(`input ${index + 1}`, input, width),
        ...fact(`output ${index + 1}`, task.outputs[index] ?? "", width),
      ]),
      ...(task.message ? fact("message", task.message, width) : []),
      heading(`attempts: ${attempts.length}${attempts.length === ATTEMPTS ? ", the newest" : ""}`),
      ...attempts.map((attempt) => (
        <Text key={`a${attempt.id}`} wrap="truncate">
          <Text {...emphasis.faint()}>{`step ${String(attempt.step).padEnd(5)}`}</Text>
          <Text {...(attempt.verdict === "ok" ? emphasis.good() : emphasis.warning())}>
            {attempt.verdict.padEnd(16)}
          </Text>
          <Text>{` ${oneLine(attempt.answer ?? attempt.response)}`}</Text>
        </Text>
      )),
    ];
  },
};

/** The program, or of mathematics the problem with its answer. */
function whole({ type, program, outputs }: TaskRecord, width: number) {
  if (type === "mathematics") {
    return [
      heading("problem"),
      ...paragraph("problem", program, width),
      ...fact("answer", outputs[0] ?? "", width),
    ];
  }
  return [
    heading("program"),
    ...highlightPython(program, width).map((tokens, index) => pythonLine(`p${index}`, tokens)),
  ];
}

/** The buffers: every task the run holds, and one task whole. */
export function Tasks(props: ScreenProps) {
  return <RecordScreen kind={TASKS} {...props} />;
}

const share = (value: number | null): string => (value === null ? "-" : value.toFixed(2));
