import { Text } from "ink";
import { emphasis } from "../theme.ts";
import type { TextValue } from "./text-edit.ts";
import { TextField } from "./text-field.tsx";

/** The lists of a place by name, the one that has the keys marked without colour too, and the text that narrows them. */
export function ListTabs<Name extends string>(props: {
  names: readonly Name[];
  current: Name;
  /** Null where nothing narrows them. */
  find: { text: TextValue; typing: boolean } | null;
  width: number;
}) {
  const { names, current, find, width } = props;
  return (
    <Text wrap="truncate">
      {names.map((name) =>
        name === current ? (
          <Text key={name} bold inverse>{`[${name}]`}</Text>
        ) : (
          <Text key={name} {...emphasis.faint()}>{` ${name} `}</Text>
        ),
      )}
      {find && (
        <>
          <Text {...emphasis.warning()}>{"   find: "}</Text>
          <TextField value={find.text} width={Math.max(10, width - 40)} focused={find.typing} />
        </>
      )}
    </Text>
  );
}
