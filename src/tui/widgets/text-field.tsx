import { Text } from "ink";
import { useRef } from "react";
import stringWidth from "string-width";
import { printable } from "../printable.ts";
import { emphasis, plain } from "../theme.ts";
import { graphemes, type TextValue } from "./text-edit.ts";

/**
 * One line of text in `width` columns, scrolled so that the cursor is seen; a cut side ends in an ellipsis. Whoever
 * shows it takes the keys and keeps the value: `edited(value, key)`.
 */
export function TextField(props: {
  value: TextValue;
  width: number;
  /** Shown while there is no text. */
  placeholder?: string;
  /** Without focus there is no cursor. */
  focused?: boolean;
}) {
  const { value, width, placeholder = "", focused = true } = props;
  const first = useRef(0);
  const cells = cellsOf(value);
  const shown = visible(cells, width, first.current);
  first.current = shown.first;
  const { lead, at, tail } = shown;
  if (value.text === "" && placeholder !== "") {
    return (
      <Text wrap="truncate">
        {focused && <Cursor>{plain() ? "" : " "}</Cursor>}
        <Text {...emphasis.faint()}>{placeholder}</Text>
      </Text>
    );
  }
  return (
    <Text wrap="truncate">
      {lead}
      {focused ? <Cursor>{at}</Cursor> : at.trimEnd()}
      {tail}
    </Text>
  );
}

/** A terminal without colours shows no inverse either: there a bar stands before the character. */
function Cursor({ children }: { children: string }) {
  return plain() ? <Text>{`▏${children.trimEnd()}`}</Text> : <Text inverse>{children}</Text>;
}

interface Cells {
  /** Characters as they are drawn; a blank behind the last one is where the cursor stands at the end. */
  shown: readonly string[];
  /** Index of the character under the cursor. */
  cursor: number;
}

function cellsOf({ text, cursor }: TextValue): Cells {
  const shown = graphemes(text).map((one) => printable(one).replaceAll("\n", "·"));
  return { shown: [...shown, " "], cursor: graphemes(text.slice(0, cursor)).length };
}

/** What is seen of a field, in three parts around the cursor, from a first character that is moved as little as can be. */
function visible({ shown, cursor }: Cells, width: number, before: number) {
  // The bar that is the cursor on a plain terminal takes a column.
  const room = Math.max(3, width - (plain() ? 1 : 0));
  const widths = shown.map((one) => stringWidth(one));
  const columns = (from: number, to: number) => widths.slice(from, to).reduce((sum, one) => sum + one, 0);
  if (columns(0, shown.length) <= room) return parts(shown, 0, shown.length, cursor);
  let first = Math.min(before, cursor);
  // An ellipsis takes a column at the side that is cut.
  const cut = cursor + 1 < shown.length ? 1 : 0;
  while (first < cursor && (first > 0 ? 1 : 0) + columns(first, cursor + 1) + cut > room) first++;
  let last = cursor + 1;
  const left = first > 0 ? 1 : 0;
  while (last < shown.length && left + columns(first, last + 1) + (last + 1 < shown.length ? 1 : 0) <= room)
    last++;
  return parts(shown, first, last, cursor);
}

function parts(shown: readonly string[], first: number, last: number, cursor: number) {
  return {
    first,
    lead: (first > 0 ? "…" : "") + shown.slice(first, cursor).join(""),
    at: shown[cursor] ?? " ",
    tail: shown.slice(cursor + 1, last).join("") + (last < shown.length ? "…" : ""),
  };
}
