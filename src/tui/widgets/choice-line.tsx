import { Box, type DOMElement, Text } from "ink";
import { type ReactNode, useRef } from "react";
import { useClick } from "../mouse.ts";
import { emphasis } from "../theme.ts";

/** Names on one line, of which one is chosen and stands out without colour too; a click on one chooses it. */
export function ChoiceLine(props: {
  names: readonly string[];
  /** Index of the chosen one; -1 for none. */
  chosen: number;
  onChoose: (index: number) => void;
  /** Follows the names. */
  children?: ReactNode;
}) {
  const { names, chosen, onChoose, children } = props;
  const element = useRef<DOMElement>(null);
  useClick(element, (column) => {
    let end = 0;
    const clicked = names.findIndex((name) => {
      end += Bun.stringWidth(name) + 2;
      return column < end;
    });
    if (clicked >= 0) onChoose(clicked);
  });
  return (
    <Box ref={element}>
      <Text wrap="truncate">
        {names.map((name, index) =>
          index === chosen ? (
            <Text key={name} bold inverse>{`[${name}]`}</Text>
          ) : (
            <Text key={name} {...emphasis.faint()}>{` ${name} `}</Text>
          ),
        )}
        {children}
      </Text>
    </Box>
  );
}
