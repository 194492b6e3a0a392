import { Text } from "ink";
import type { ReactElement } from "react";
import {
  firstFailure,
  ROLLOUT_LISTING,
  type RolloutRecord,
  type TaskRecord,
  taskById,
} from "../../runs/index.ts";
import type { KeyId } from "../keys/table.ts";
import { cell, oneLine } from "../printable.ts";
import { GROUPS } from "../records/groups.tsx";
import { type Cell, type DetailLine, plainLines, type RecordKind, UNWRAPPED } from "../records/kind.ts";
import { type Place, RecordScreen } from "../records/record-screen.tsx";
import { responseLines } from "../records/response.tsx";
import { GROUPED } from "../records/trail.ts";
import { typeCell } from "../records/type-cell.ts";
import { valuesOf } from "../records/values.ts";
import { useKept, useSource } from "../run-context.tsx";
import { emphasis, ROLE_LABELS } from "../theme.ts";
import { beside, besideWidth } from "../widgets/beside.tsx";
import { fact, heading, paragraph } from "../widgets/facts.tsx";
import { highlightPython, pythonLine } from "../widgets/python.tsx";
import { type Asked, askedOf } from "./asked.ts";
import type { ScreenProps } from "./screen.ts";

const ROLLOUTS: RecordKind<RolloutRecord> = {
  title: "Rollouts",
  one: "Rollout",
  empty: "Rollouts appear with the first finished step.",
  listing: ROLLOUT_LISTING,
  order: { by: "id", descending: true },
  columns: [
    { name: "id", title: "id", width: 6, right: true, rank: 9, cell: ({ id }) => figure(id) },
    { name: "step", title: "step", width: 5, right: true, rank: 6, cell: ({ step }) => figure(step) },
    { name: "role", title: "role", width: 8, rank: 5, cell: ({ role }) => ({ text: ROLE_LABELS[role] }) },
    { name: "type", title: "type", width: 11, rank: 4, cell: ({ type }) => typeCell(type) },
    {
      ...{ name: "reward", title: "reward", width: 6, right: true, rank: 8 },
      cell: ({ reward }) => ({ text: reward.toFixed(2) }),
    },
    {
      ...{ name: "advantage", title: "adv.", width: 6, right: true, rank: 3 },
      cell: ({ advantage }) => ({ text: advantage === null ? "-" : advantage.toFixed(2) }),
    },
    {
      ...{ name: "tokens", title: "tokens", width: 6, right: true, rank: 2 },
      cell: ({ responseTokens, finish }) => ({
        text: String(responseTokens),
        ...(finish === "length" ? { style: emphasis.warning() } : {}),
      }),
    },
    {
      ...{ name: "logprob", title: "logpr.", width: 6, right: true, rank: 1, optional: true },
      cell: ({ logProbability }) => ({ text: logProbability === null ? "-" : logProbability.toFixed(2) }),
    },
    {
      ...{ name: "task", title: "task", width: 6, right: true, rank: 1, optional: true },
      cell: ({ taskId }) => ({ text: taskId === null ? "-" : String(taskId) }),
    },
    {
      ...{ name: "flags", title: "flags", width: 16, rank: 0, optional: true },
      cell: ({ flags }) => ({ text: oneLine(flags.join(",")) || "-" }),
    },
    {
      ...{ name: "verdict", title: "verdict", width: 14, rank: 7 },
      cell: ({ verdict }) => ({
        text: oneLine(verdict),
        style: verdict === "ok" ? emphasis.good() : emphasis.warning(),
      }),
    },
  ],
  text: { title: "response", of: ({ response }) => response },
  valuesOf,
  copied: ({ response }) => response,
  lines: (rollout, database, width) => {
    const task = rollout.taskId === null ? null : taskById(database, rollout.taskId);
    const asked = task && rollout.role === "solve" ? askedOf(rollout, task) : null;
    return [
      ...plainLines(figures(rollout, asked, width)),
      ...taskLine(task),
      ...plainLines(texts(rollout, asked, width)),
    ];
  },
};

/** From so many columns on what was asked and what came stand beside each other. */
const BESIDE = 96;

function figures(rollout: RolloutRecord, asked: Asked | null, width: number): ReactElement[] {
  // Whole further down, where little is seen of it at first.
  const missed = asked && rollout.verdict !== "ok" ? cell(oneLine(asked.expected), width - 12).trimEnd() : "";
  return [
    ...fact("role", `${ROLE_LABELS[rollout.role]}, ${rollout.type}, step ${rollout.step}`, width),
    ...fact("verdict", `${rollout.verdict}${rollout.detail ? `: ${rollout.detail}` : ""}`, width),
    ...(missed ? fact("expected", missed, width) : []),
    ...(rollout.flags.length > 0 ? fact("flags", rollout.flags.join(", "), width) : []),
    ...rewardLines(rollout, width),
    ...fact(
      "advantage",
      rollout.advantage === null
        ? "none: not trained on, or its group had no variance"
        : rollout.advantage.toFixed(3),
      width,
    ),
    ...fact("tokens", tokens(rollout), width),
    ...(rollout.logProbability === null ? [] : fact("log-prob.", likelihood(rollout.logProbability), width)),
    ...fact("group", rollout.group, width),
  ];
}

/** What was asked and what is right, and what came, whole: beside each other, or the one below the other. */
function texts(rollout: RolloutRecord, asked: Asked | null, width: number): ReactElement[] {
  const apart = width >= BESIDE && width < UNWRAPPED;
  const room = apart ? besideWidth(width) : width;
  const python = (key: string, source: string) =>
    highlightPython(source, room).map((line, index) => pythonLine(`${key}${index}`, line));
  const titled = (title: string, source: string) =>
    source ? [heading(title), ...python(`${title} `, source)] : [];
  const question = asked
    ? [
        ...titled("program", asked.program),
        ...titled("asked", asked.asked),
        ...titled("expected", asked.expected),
        ...(apart ? [] : titled("came", asked.came)),
      ]
    : [];
  const answer = [
    ...(apart && asked ? titled("came", asked.came) : []),
    heading("response"),
    ...responseLines(rollout.response, room),
    ...(rollout.answer === null
      ? [heading("answer as parsed"), ...paragraph("answer", "none was found", room)]
      : titled("answer as parsed", rollout.answer)),
  ];
  const prompt = [heading("prompt"), ...paragraph("prompt", rollout.prompt, room)];
  return apart ? beside([...question, ...prompt], answer, width) : [...question, ...answer, ...prompt];
}

/** The reward with its parts, one a line; parts that do not add up to it are said. */
function rewardLines({ reward, components }: RolloutRecord, width: number) {
  const parts = Object.entries(components);
  const sum = parts.reduce((total, [, value]) => total + value, 0);
  const off = Math.abs(sum - reward) > 1e-6 ? `, but its parts add up to ${sum.toFixed(3)}` : "";
  return [
    ...fact("reward", `${reward.toFixed(3)}${off}`, width),
    ...parts.map(([name, value]) => (
      <Text key={`part ${name}`} wrap="truncate">
        {" ".repeat(12)}
        <Text {...(value < 0 ? emphasis.warning() : emphasis.good())}>{signed(value)}</Text>
        {` ${oneLine(name)}`}
      </Text>
    )),
  ];
}

const signed = (value: number): string => `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(3)}`;

function tokens({ promptTokens, responseTokens, finish, strategy }: RolloutRecord): string {
  const end = finish === "length" ? "cut at the limit of length" : `ended by ${finish}`;
  const how = strategy === null || strategy === "direct" ? "" : `, solved ${strategy}`;
  return `prompt ${promptTokens}, response ${responseTokens}, ${end}${how}`;
}

/** A mean over tokens: what a token's probability was in the geometric mean says more than nats. */
const likelihood = (logProbability: number): string =>
  `${logProbability.toFixed(3)} a token as sampled, ${(100 * Math.exp(logProbability)).toFixed(1)}% in the geometric mean`;

function taskLine(task: TaskRecord | null): DetailLine[] {
  if (!task) return [];
  return [
    {
      link: { screen: "Tasks", id: task.id },
      element: (
        <Text wrap="truncate">
          <Text {...emphasis.faint()}>{"task      "}</Text>
          {`${task.id}  ${oneLine(task.program.slice(0, 300))}`}
        </Text>
      ),
    },
  ];
}

const figure = (value: number): Cell => ({ text: String(value) });

/** Every rollout of the run, or the groups that they are compared in, and one whole. */
export function Rollouts(props: ScreenProps) {
  const { database } = useSource();
  const [grouped, setGrouped] = useKept(GROUPED, false);
  const onGo = (screen: string) => {
    if (screen === "Rollouts" || screen === "Groups") setGrouped(screen === "Groups");
    else props.onGo(screen);
  };
  const onAction = (action: KeyId, { ids, at, select, say }: Place) => {
    if (action === "groups") setGrouped(!grouped);
    if (action !== "next-failure" && action !== "previous-failure") return;
    const forward = action === "next-failure";
    const ahead = forward ? ids.slice(at + 1) : ids.slice(0, Math.max(0, at)).reverse();
    const found = firstFailure(database, ahead);
    if (found === undefined) say(`no failure ${forward ? "after" : "before"} this one`);
    else select(ids.indexOf(found));
  };
  const shared = { ...props, onAction, onGo };
  return grouped ? (
    <RecordScreen key="groups" kind={GROUPS} {...shared} added={{ list: ["grouped"], detail: [] }} />
  ) : (
    <RecordScreen
      key="rollouts"
      kind={ROLLOUTS}
      {...shared}
      added={{ list: ["grouped", "failures"], detail: ["failures"] }}
    />
  );
}
