import { Text } from "ink";
import { KEYS, type KeyContext } from "../keys.ts";
import { emphasis } from "../theme.ts";
import { Panel } from "./panel.tsx";
import { Scroll } from "./scroll.tsx";

/** The keys of the contexts that are active, from the key table. */
export function Help(props: { contexts: readonly KeyContext[]; width: number; height: number }) {
  const { contexts, width, height } = props;
  const lines = KEYS.filter((binding) => contexts.includes(binding.when)).map((binding) => (
    <Text key={binding.id} wrap="truncate">
      <Text {...emphasis.title()}>{binding.keys.join(" ").padEnd(18)}</Text>
      <Text>{binding.help}</Text>
    </Text>
  ));
  return (
    <Panel title="Keys" note="? or escape closes" width={width} height={height}>
      <Scroll lines={lines} height={height - 2} priority={2} />
    </Panel>
  );
}
