import { Text } from "ink";
import type { DraftIssue } from "../../config/draft.ts";
import { cell, oneLine, wrapped } from "../printable.ts";
import { emphasis } from "../theme.ts";
import { Panel } from "../widgets/panel.tsx";
import type { TextValue } from "../widgets/text-edit.ts";
import { TextField } from "../widgets/text-field.tsx";
import type { FormRow } from "./form-state.ts";

/** A setting on one line: its path, its value, whether it was changed or is wrong. */
export function SettingLine(props: {
  row: FormRow;
  /** What is being typed. */
  typing: TextValue | null;
  wrong: boolean;
  width: number;
}) {
  const { row, typing, wrong, width } = props;
  const name = Math.min(40, Math.max(22, width - 18));
  const room = width - name - 3;
  const mark = wrong ? "✗ " : row.from === "changed" ? "● " : "  ";
  const tone = wrong ? emphasis.bad() : row.from === "changed" ? emphasis.warning() : {};
  return (
    <Text>
      <Text {...tone}>{mark}</Text>
      <Path path={row.path} width={name} />
      {typing ? (
        <TextField value={typing} width={room} />
      ) : (
        <Text {...(wrong || row.from === "changed" ? tone : row.from === "default" ? emphasis.faint() : {})}>
          {` ${cell(shownValue(row), room)}`}
        </Text>
      )}
    </Text>
  );
}

/** A dotted path, its last key the brighter part; where it is cut, its start is. */
function Path({ path, width }: { path: string; width: number }) {
  const shown = path.length > width ? `…${path.slice(path.length - width + 1)}` : path;
  const at = shown.lastIndexOf(".") + 1;
  return (
    <>
      <Text {...emphasis.faint()}>{shown.slice(0, at)}</Text>
      {shown.slice(at).padEnd(width - at)}
    </>
  );
}

function shownValue({ value, kind, choices, path, default: standard }: FormRow): string {
  if (path === "name" && value === "") return standard;
  if (value === "") return "not set";
  return choices.length > 0 && kind !== "list" ? `‹ ${oneLine(value)} ›` : oneLine(value);
}

/** What a setting does, what it may be, what it is and who says so, and what is wrong with it. */
export function SettingHelp(props: {
  row: FormRow | null;
  issues: readonly DraftIssue[];
  /** All that is wrong in the form. */
  others: readonly DraftIssue[];
  width: number;
  height: number;
}) {
  const { row, issues, others, width, height } = props;
  const room = width - 4;
  const nameless = others.filter(({ paths }) => paths.length === 0);
  const lines = [
    ...[...issues, ...nameless].flatMap(({ message }) =>
      wrapped(message, room).map((text) => ({ text, look: emphasis.bad() })),
    ),
    ...(row
      ? about(row).flatMap(({ text, look }) => wrapped(text, room).map((line) => ({ text: line, look })))
      : []),
  ];
  return (
    <Panel title={row?.path ?? "help"} width={width} height={height}>
      {lines.slice(0, height - 2).map(({ text, look }, index) => (
        <Text key={index} wrap="truncate" {...look}>
          {text || " "}
        </Text>
      ))}
    </Panel>
  );
}

function about(row: FormRow): { text: string; look: object }[] {
  const from = {
    changed: "changed here; u undoes it",
    preset: "as the preset has it",
    default: "the default",
  }[row.from];
  const standard = row.default === "" ? "none" : oneLine(row.default);
  const value = row.value === "" ? "not set" : oneLine(row.value);
  return [
    { text: row.help, look: {} },
    { text: row.type, look: emphasis.faint() },
    {
      text: row.from === "default" ? `default: ${standard}` : `${value}: ${from}; default: ${standard}`,
      look: emphasis.faint(),
    },
  ];
}
