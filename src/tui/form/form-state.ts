import { type CheckedDraft, checkDraft, type Draft } from "../../config/draft.ts";
import { presetNames } from "../../config/preset.ts";
import type { ConfigField } from "../../config/shape.ts";
import { readValue, writtenValue } from "../../config/written-value.ts";

/** What the form of a new run holds. */
export interface FormState extends Draft {
  /** Of the run; empty takes the next free one. */
  name: string;
}

/** One line of the form: a setting, or what stands before all settings. */
export interface FormRow {
  /** Dotted path of a setting; `name` and `preset` are the run's own. */
  path: string;
  section: string;
  kind: ConfigField["kind"];
  choices: readonly (string | number | boolean)[];
  help: string;
  /** Type and range in words. */
  type: string;
  /** As it is typed; empty where there is none. */
  value: string;
  default: string;
  from: "changed" | "preset" | "default";
}

const NO_PRESET = "(none)";
/** The rows of the form as it stands, in the order of the schema. */
export function formRows(state: FormState, draft: CheckedDraft, freeName: string): FormRow[] {
  const presets = [NO_PRESET, ...presetNames()];
  const own: FormRow[] = [
    {
      path: "name",
      section: "run",
      kind: "text",
      choices: [],
      help: "Name of the run, or its directory; the next free name where it is empty.",
      type: "string",
      value: state.name,
      default: freeName,
      from: state.name === "" ? "default" : "changed",
    },
    {
      path: "preset",
      section: "run",
      kind: "choice",
      choices: presets,
      help: "Where the settings start from. What was changed stays laid over it.",
      type: `one of ${presets.join(", ")}`,
      value: state.preset ?? NO_PRESET,
      default: NO_PRESET,
      from: state.preset === null ? "default" : "changed",
    },
  ];
  const settings = draft.fields.map((field): FormRow => {
    const { value, from } = draft.at(field);
    return {
      path: field.path,
      section: field.path.includes(".") ? (field.path.split(".")[0] as string) : "run",
      kind: field.kind,
      choices: field.kind === "boolean" ? [false, true] : field.choices,
      help: field.help,
      type: [field.type, field.range].filter(Boolean).join(", "),
      value: writtenValue(field, value),
      default: writtenValue(field, field.default),
      from,
    };
  });
  return [...own, ...settings];
}

/** The form with a row's text typed. */
export function withText(state: FormState, row: FormRow, text: string): FormState {
  if (row.path === "name") return { ...state, name: text.trim() };
  if (row.path === "preset") return { ...state, preset: text === NO_PRESET ? null : text };
  const field = fieldOf(state, row.path);
  if (!field) return state;
  const value = readValue(field, text);
  const { [row.path]: _, ...rest } = state.changes;
  // What is as it would be without it is no change.
  const before = checkDraft({ ...state, changes: rest }).at(field).value;
  if (value === undefined || Bun.deepEquals(value, before)) return { ...state, changes: rest };
  return { ...state, changes: { ...rest, [row.path]: value } };
}

/** The form with a row as the preset, or else the default, has it. */
export function withoutChange(state: FormState, path: string): FormState {
  if (path === "name") return { ...state, name: "" };
  if (path === "preset") return { ...state, preset: null };
  const { [path]: _, ...changes } = state.changes;
  return { ...state, changes };
}

/** The next or previous value of a row that has a few; null where it is typed. */
export function turned(row: FormRow, distance: 1 | -1): string | null {
  const { choices } = row;
  if (choices.length === 0 || row.kind === "list") return null;
  const now = choices.findIndex((choice) => String(choice) === row.value);
  return String(choices[(now + distance + choices.length) % choices.length]);
}

export const countChanges = ({ changes, name }: FormState): number =>
  Object.keys(changes).length + (name === "" ? 0 : 1);

const fieldOf = (state: FormState, path: string): ConfigField | undefined =>
  checkDraft(state).fields.find((field) => field.path === path);
