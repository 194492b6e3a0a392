import { Text } from "ink";
import { emphasis } from "../theme.ts";
import { ChoiceLine } from "./choice-line.tsx";
import type { TextValue } from "./text-edit.ts";
import { TextField } from "./text-field.tsx";

/** Names of lists that share a screen, the one that has the keys marked, and the text that narrows all of them. */
export function ListTabs<Name extends string>(props: {
  names: readonly Name[];
  current: Name;
  onChoose: (name: Name) => void;
  /** Null where nothing is looked for. */
  find: { text: TextValue; typing: boolean } | null;
  width: number;
}) {
  const { names, current, onChoose, find, width } = props;
  return (
    <ChoiceLine
      names={names}
      chosen={names.indexOf(current)}
      onChoose={(index) => onChoose(names[index] ?? current)}
    >
      {find && (
        <>
          <Text {...emphasis.warning()}>{"   find: "}</Text>
          <TextField value={find.text} width={Math.max(10, width - 40)} focused={find.typing} />
        </>
      )}
    </ChoiceLine>
  );
}
