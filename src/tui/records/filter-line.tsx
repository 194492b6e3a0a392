import { Text } from "ink";
import { printable } from "../printable.ts";
import { emphasis } from "../theme.ts";
import { TextField } from "../widgets/text-field.tsx";
import type { Filter } from "./use-filter.ts";

const LABEL = "filter: ";
const HINT = 'words, fields such as solve<0.5 step:10..20, -not, "a phrase"; tab shows the fields';

/** A filter that is typed, two lines: the text, and below it what is wrong or what could follow. */
export function FilterLine({ filter, width }: { filter: Filter; width: number }) {
  const { typing, problem, options } = filter;
  if (typing === null) return null;
  return (
    <>
      <Text wrap="truncate">
        <Text {...emphasis.warning()}>{LABEL}</Text>
        <TextField value={typing} width={width - LABEL.length} />
      </Text>
      <Text wrap="truncate" {...(problem && options.length === 0 ? emphasis.bad() : emphasis.faint())}>
        {printable(options.length > 0 ? options.join("  ") : (problem?.message ?? HINT))}
      </Text>
    </>
  );
}

/** Lines that it takes. */
export const FILTER_LINES = 2;
