import { Text } from "ink";
import type { ReactElement } from "react";
import { wrapped } from "../printable.ts";
import { emphasis } from "../theme.ts";

const NAME_WIDTH = 12;

/** A named value, whole: as many lines of at most `width` columns as it takes. */
export function fact(name: string, value: string, width: number): ReactElement[] {
  return wrapped(value, width - NAME_WIDTH).map((line, index) => (
    <Text key={`${name}${index}`} wrap="truncate">
      <Text {...emphasis.faint()}>{(index === 0 ? name : "").padEnd(NAME_WIDTH)}</Text>
      <Text>{line}</Text>
    </Text>
  ));
}

export function heading(title: string): ReactElement {
  return (
    <Text key={`heading ${title}`} {...emphasis.title()}>
      {title}
    </Text>
  );
}

/** Plain text by lines. */
export function paragraph(name: string, text: string, width: number): ReactElement[] {
  return wrapped(text, width).map((line, index) => (
    <Text key={`${name}${index}`} wrap="truncate">
      {line || " "}
    </Text>
  ));
}
