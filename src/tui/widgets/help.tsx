import { Text } from "ink";
import {
  allowed,
  EVENT_LANGUAGE,
  type FilterLanguage,
  GROUP_LANGUAGE,
  ROLLOUT_LANGUAGE,
  TASK_LANGUAGE,
} from "../../runs/index.ts";
import type { KeyContext } from "../keys/contexts.ts";
import { KEYS } from "../keys/table.ts";
import { wrapped } from "../printable.ts";
import { emphasis } from "../theme.ts";
import { Panel } from "./panel.tsx";
import { Scroll } from "./scroll.tsx";
import { termsOf } from "./terms.ts";

const COLUMN = 18;

/** The keys of the contexts that are active, from the key table, what the screen says in few letters, and what a list is filtered by. */
export function Help(props: { contexts: readonly KeyContext[]; width: number; height: number }) {
  const { contexts, width, height } = props;
  const entries = [
    ...KEYS.filter((binding) => contexts.includes(binding.when)).map((binding): [string, string] => [
      binding.keys.join(" "),
      binding.help,
    ]),
    ...termsOf(contexts),
    ...(contexts.includes("filtered") ? filterHelp(languageOf(contexts)) : []),
  ];
  const lines = entries.flatMap(([name, help], index) =>
    wrapped(help, width - 4 - COLUMN, true).map((line, part) => (
      <Text key={`${index}.${part}`} wrap="truncate">
        <Text {...emphasis.title()}>{(part === 0 ? name : "").padEnd(COLUMN)}</Text>
        <Text>{line}</Text>
      </Text>
    )),
  );
  return (
    <Panel title="Keys" note="? or escape closes" width={width} height={height}>
      <Scroll lines={lines} height={height - 2} priority={2} />
    </Panel>
  );
}

function filterHelp({ fields }: FilterLanguage): [string, string][] {
  return [
    ["filter", 'words and fields with spaces between: type:abduction solve<0.5 "a phrase" -not'],
    ...fields.map((field): [string, string] => [`  ${field.name}`, `${field.help}: ${allowed(field)}`]),
  ];
}

/** Of the list that has these contexts. */
function languageOf(contexts: readonly KeyContext[]): FilterLanguage {
  if (contexts.includes("log")) return EVENT_LANGUAGE;
  if (contexts.includes("failures")) return ROLLOUT_LANGUAGE;
  return contexts.includes("grouped") ? GROUP_LANGUAGE : TASK_LANGUAGE;
}
