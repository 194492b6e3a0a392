import { Text } from "ink";
import { useState } from "react";
import { useKeys } from "../key-router.tsx";
import { actionOf } from "../keys/table.ts";
import { oneLine } from "../printable.ts";
import { emphasis } from "../theme.ts";
import { Over, type OverPlace } from "./over.tsx";
import { Panel } from "./panel.tsx";
import { edited, textValue } from "./text-edit.ts";
import { TextField } from "./text-field.tsx";

/** A question that is answered by typing; it takes every key but Ctrl-C until it is answered or dismissed. */
export function Question(props: {
  title: string;
  lines: readonly string[];
  place?: OverPlace | undefined;
  start: string;
  /** Why an answer will not do; null where it will. */
  refuse: (answer: string) => string | null;
  width: number;
  height: number;
  onAnswer: (answer: string) => void;
  onDismiss: () => void;
}) {
  const { title, place, start, refuse, width, height, onAnswer, onDismiss } = props;
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
      return next ? "text" : true;
    }
    return true;
  });
  const columns = Math.min(width, Math.max(50, ...lines.map((line) => Bun.stringWidth(line) + 4)));
  return (
    <Over {...{ width, height, columns, place }} rows={lines.length + 4}>
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
    </Over>
  );
}
