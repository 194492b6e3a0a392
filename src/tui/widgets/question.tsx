import { Box, Text } from "ink";
import { useState } from "react";
import { useKeys } from "../key-router.tsx";
import { actionOf } from "../keys/table.ts";
import { oneLine } from "../printable.ts";
import { emphasis } from "../theme.ts";
import { Panel } from "./panel.tsx";
import { edited, textValue } from "./text-edit.ts";
import { TextField } from "./text-field.tsx";

/** A question that is answered by typing; it takes every key but Ctrl-C until it is answered or dismissed. */
export function Question(props: {
  title: string;
  lines: readonly string[];
  start: string;
  /** Why an answer will not do; null where it will. */
  refuse: (answer: string) => string | null;
  width: number;
  height: number;
  onAnswer: (answer: string) => void;
  onDismiss: () => void;
}) {
  const { title, start, refuse, width, height, onAnswer, onDismiss } = props;
  // Names stand in them.
  const lines = props.lines.map(oneLine);
  const [value, setValue] = useState(() => textValue(start));
  const refusal = refuse(value.text);
  useKeys(2, (key) => {
    if (key === "ctrl+c") return false;
    const action = actionOf(key, ["prompt"]);
    if (action === "dismiss") onDismiss();
    else if (action === "answer") {
      if (refuse(value.text) === null) onAnswer(value.text.trim());
    } else {
      const next = edited(value, key);
      if (next) setValue(next);
    }
    return true;
  });
  const columns = Math.min(width, Math.max(50, ...lines.map((line) => Bun.stringWidth(line) + 4)));
  return (
    <Box width={width} height={height} alignItems="center" justifyContent="center">
      <Panel title={title} width={columns} height={lines.length + 4}>
        {lines.map((line) => (
          <Text key={line} wrap="truncate">
            {line}
          </Text>
        ))}
        <Text wrap="truncate">
          <Text {...emphasis.title()}>{"> "}</Text>
          <TextField value={value} width={columns - 6} />
        </Text>
        <Text wrap="truncate" {...emphasis.bad()}>
          {refusal ?? " "}
        </Text>
      </Panel>
    </Box>
  );
}
