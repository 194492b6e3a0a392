import { Text } from "ink";
import type { ReactElement } from "react";
import {
  type RolloutRecord,
  type RunDatabase,
  rolloutPage,
  TASK_LISTING,
  type TaskRecord,
  taskById,
  taskChildren,
} from "../../runs/index.ts";
import { oneLine } from "../printable.ts";
import { type Cell, type DetailLine, plainLines, type RecordKind } from "../records/kind.ts";
import { RecordScreen } from "../records/record-screen.tsx";
import { typeCell } from "../records/type-cell.ts";
import { valuesOf } from "../records/values.ts";
import { colour, emphasis, TYPE_COLOURS, TYPE_MARKS } from "../theme.ts";
import { fact, heading, paragraph } from "../widgets/facts.tsx";
import { highlightPython, pythonLine } from "../widgets/python.tsx";
import type { ScreenProps } from "./screen.ts";

/** Most attempts and descendants listed of one task. */
const ATTEMPTS = 200;
const CHILDREN = 100;

const ORIGINS = { seed: "a seed", proposed: "proposed", template: "written by templates" };

const TASKS: RecordKind<TaskRecord> = {
  title: "Tasks",
  one: "Task",
  empty: "The buffers fill with the first valid proposals.",
  listing: TASK_LISTING,
  order: { by: "id", descending: true },
  columns: [
    { name: "id", title: "id", width: 6, right: true, rank: 9, cell: ({ id }) => ({ text: String(id) }) },
    {
      name: "step",
      title: "step",
      width: 5,
      right: true,
      rank: 5,
      cell: ({ step }) => ({ text: String(step) }),
    },
    { name: "type", title: "type", width: 11, rank: 8, cell: ({ type }) => typeCell(type) },
    {
      name: "origin",
      title: "origin",
      width: 8,
      rank: 2,
      optional: true,
      cell: ({ origin }) => ({ text: origin }),
    },
    {
      name: "solve",
      title: "solved",
      width: 7,
      right: true,
      rank: 7,
      cell: ({ solveRate }) => rate(solveRate),
    },
    {
      name: "learn",
      title: "learn.",
      width: 7,
      right: true,
      rank: 6,
      cell: ({ learnability }) => rate(learnability),
    },
    {
      name: "drawn",
      title: "drawn",
      width: 6,
      right: true,
      rank: 4,
      cell: (task) => ({ text: String(task.timesDrawn) }),
    },
    {
      name: "parents",
      title: "parents",
      width: 12,
      rank: 1,
      optional: true,
      cell: (task) => ({ text: task.parents.join(",") || "-" }),
    },
    {
      name: "evicted",
      title: "evicted",
      width: 7,
      right: true,
      rank: 0,
      optional: true,
      cell: ({ evictedStep }) => ({ text: evictedStep === null ? "-" : String(evictedStep) }),
    },
  ],
  text: { title: "program", of: ({ program }) => program },
  valuesOf,
  copied: ({ program, inputs, outputs, message }) =>
    [
      program,
      ...inputs.map((input, index) => `# f(${input}) -> ${outputs[index] ?? ""}`),
      message && `# ${message}`,
    ]
      .filter(Boolean)
      .join("\n"),
  lines: (task, database, width) => {
    const attempts = rolloutPage(database, { taskId: task.id, role: "solve" }, { limit: ATTEMPTS });
    return [
      ...plainLines([
        ...fact(
          "type",
          `${task.type}, ${ORIGINS[task.origin]}${task.origin === "seed" ? "" : ` in step ${task.step}`}${task.evictedStep === null ? "" : `, given up in step ${task.evictedStep}`}`,
          width,
        ),
        ...fact(
          "solve rate",
          `${share(task.solveRate)}, learnability ${share(task.learnability)}, ${timesDrawn(task.timesDrawn)}`,
          width,
        ),
        ...whole(task, width),
        ...task.inputs.flatMap((input, index) => value(index, input, task.outputs[index] ?? "", width)),
        ...(task.message ? fact("message", task.message, width) : []),
      ]),
      ...lineage(task, database),
      ...plainLines([heading(`attempts: ${attemptsTitle(attempts)}`)]),
      ...attempts.map((attempt) => attemptLine(attempt)),
    ];
  },
};

/** The program, or of mathematics the problem with its answer. */
function whole({ type, program, outputs }: TaskRecord, width: number): ReactElement[] {
  if (type === "mathematics") {
    return [
      heading("problem"),
      ...paragraph("problem", program, width),
      ...fact("answer", outputs[0] ?? "", width),
    ];
  }
  return [heading("program"), ...python("p", program, width)];
}

const python = (key: string, source: string, width: number): ReactElement[] =>
  highlightPython(source, width).map((tokens, index) => pythonLine(`${key}${index}`, tokens));

/** An input and what the program makes of it, both as Python. */
function value(index: number, input: string, output: string, width: number): ReactElement[] {
  const named = (name: string, source: string) =>
    highlightPython(source, width - 12).map((tokens, line) => (
      <Text key={`${name} ${line}`} wrap="truncate">
        <Text {...emphasis.faint()}>{(line === 0 ? name : "").padEnd(12)}</Text>
        {pythonLine("v", tokens)}
      </Text>
    ));
  return [...named(`input ${index + 1}`, input), ...named(`output ${index + 1}`, output)];
}

/** Where a task comes from, two generations back, and what came from it; each line leads to the task. */
function lineage(task: TaskRecord, database: RunDatabase): DetailLine[] {
  const children = taskChildren(database, task.id, CHILDREN);
  if (task.parents.length === 0 && children.length === 0) return plainLines([heading("lineage: none")]);
  const lines: DetailLine[] = plainLines([heading("lineage")]);
  for (const id of task.parents) {
    const parent = taskById(database, id);
    if (!parent) continue;
    for (const before of parent.parents) {
      const elder = taskById(database, before);
      if (elder) lines.push(relative(elder, "┌─── "));
    }
    lines.push(relative(parent, "├─ "));
  }
  lines.push({
    element: (
      <Text key="own" wrap="truncate" bold>
        {`  ● ${task.id} this task`}
      </Text>
    ),
  });
  children.forEach((child, index) => {
    lines.push(relative(child, index === children.length - 1 ? "  └─ " : "  ├─ "));
  });
  if (children.length === CHILDREN) lines.push(...plainLines([<Text key="more">{"    and more"}</Text>]));
  return lines;
}

function relative(task: TaskRecord, branch: string): DetailLine {
  const { id, type, solveRate, program } = task;
  return {
    link: { screen: "Tasks", id },
    element: (
      <Text wrap="truncate">
        <Text {...emphasis.faint()}>{branch}</Text>
        {`${id} `}
        <Text color={colour(TYPE_COLOURS[type])}>{TYPE_MARKS[type]}</Text>
        {` ${share(solveRate)}  ${oneLine(program.slice(0, 300))}`}
      </Text>
    ),
  };
}

function attemptsTitle(attempts: readonly RolloutRecord[]): string {
  const right = attempts.filter(({ verdict }) => verdict === "ok").length;
  if (attempts.length === 0) return "0";
  return `${attempts.length}${attempts.length === ATTEMPTS ? ", the newest" : ""}, ${right} right`;
}

function attemptLine(attempt: RolloutRecord): DetailLine {
  const { id, step, verdict, reward, answer, response } = attempt;
  return {
    link: { screen: "Rollouts", id },
    element: (
      <Text wrap="truncate">
        <Text {...emphasis.faint()}>{`step ${String(step).padEnd(5)}`}</Text>
        <Text {...(verdict === "ok" ? emphasis.good() : emphasis.warning())}>
          {oneLine(verdict).padEnd(16)}
        </Text>
        <Text>{`${reward.toFixed(2).padStart(6)}  ${oneLine((answer ?? response).slice(0, 300))}`}</Text>
      </Text>
    ),
  };
}

/** The buffers: every task the run holds, and one task whole. */
export function Tasks(props: ScreenProps) {
  return <RecordScreen kind={TASKS} {...props} />;
}

const share = (value: number | null): string => (value === null ? "-" : value.toFixed(2));
const rate = (value: number | null): Cell => ({ text: share(value) });

const timesDrawn = (times: number): string =>
  times === 0 ? "never drawn" : times === 1 ? "drawn once" : `drawn ${times} times`;
