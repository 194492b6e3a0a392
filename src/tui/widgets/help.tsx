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
import { emphasis } from "../theme.ts";
import { Panel } from "./panel.tsx";
import { Scroll } from "./scroll.tsx";

const COLUMN = 18;

/** The keys of the contexts that are active, from the key table, and where a list can be filtered by what. */
export function Help(props: { contexts: readonly KeyContext[]; width: number; height: number }) {
  const { contexts, width, height } = props;
  const keys = KEYS.filter((binding) => contexts.includes(binding.when)).map((binding) => (
    <Text key={binding.id} wrap="truncate">
      <Text {...emphasis.title()}>{binding.keys.join(" ").padEnd(COLUMN)}</Text>
      <Text>{binding.help}</Text>
    </Text>
  ));
  const lines = contexts.includes("filtered") ? [...keys, ...filterHelp(languageOf(contexts))] : keys;
  return (
    <Panel title="Keys" note="? or escape closes" width={width} height={height}>
      <Scroll lines={lines} height={height - 2} priority={2} />
    </Panel>
  );
}

function filterHelp({ fields }: FilterLanguage) {
  const lines: [string, string][] = [
    ["filter", 'words and fields with spaces between: type:abduction solve<0.5 "a phrase" -not'],
    ...fields.map((field): [string, string] => [`  ${field.name}`, `${field.help}: ${allowed(field)}`]),
  ];
  return lines.map(([name, help]) => (
    <Text key={`field ${name}`} wrap="truncate">
      <Text {...emphasis.title()}>{name.padEnd(COLUMN)}</Text>
      <Text>{help}</Text>
    </Text>
  ));
}

/** Of the list that has these contexts. */
function languageOf(contexts: readonly KeyContext[]): FilterLanguage {
  if (contexts.includes("log")) return EVENT_LANGUAGE;
  if (contexts.includes("failures")) return ROLLOUT_LANGUAGE;
  return contexts.includes("grouped") ? GROUP_LANGUAGE : TASK_LANGUAGE;
}
