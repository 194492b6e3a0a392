import type { FilterField, FilterLanguage } from "./language.ts";
import { quotedValue } from "./parse.ts";

export interface Completion {
  /** The filter with what is certain of its end added. */
  text: string;
  /** What the end could become; none where nothing is known. */
  options: readonly string[];
}

/** Completes the field or the value at the end of a filter; `valuesOf` gives the values that a `name` field has. */
export function completeFilter(
  text: string,
  { fields }: FilterLanguage,
  valuesOf: (field: FilterField) => readonly string[],
): Completion {
  const word = /(?:^|\s)-?([A-Za-z-]*)$/.exec(text)?.[1];
  if (word !== undefined) {
    return completed(
      text,
      word,
      fields.map(({ name, kind }) => (kind === "number" ? name : `${name}:`)),
    );
  }
  const value = /(?:^|\s)-?([A-Za-z-]+)(?:!=|:?[<>]=?|[:=])(?:[^\s"]*,)?([^\s",]*)$/.exec(text);
  const field = value && fields.find(({ name }) => name === value[1]?.toLowerCase());
  if (!field) return { text, options: [] };
  const known = field.values ?? (field.kind === "name" || field.kind === "names" ? valuesOf(field) : []);
  const { options, ...rest } = completed(text, value[2] ?? "", known);
  const [only] = options;
  if (options.length !== 1 || only === undefined || !/[\s",]/.test(only)) return { ...rest, options };
  return { text: text.slice(0, text.length - (value[2] ?? "").length) + quotedValue(only), options };
}

function completed(text: string, begun: string, candidates: readonly string[]): Completion {
  const typed = begun.toLowerCase();
  const options = candidates.filter((one) => one.toLowerCase().startsWith(typed));
  const [first] = options;
  if (first === undefined) return { text, options: [] };
  let common = first;
  for (const option of options) while (!option.startsWith(common)) common = common.slice(0, -1);
  // In another letter case the options may have less in common than what is typed.
  const added = common.length >= begun.length ? common : begun;
  return { text: text.slice(0, text.length - begun.length) + added, options };
}
