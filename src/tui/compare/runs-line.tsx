import { Box, type DOMElement, Text } from "ink";
import { useRef } from "react";
import { useClick } from "../mouse.ts";
import { shortNames } from "../short-names.ts";
import { colour, emphasis } from "../theme.ts";
import type { RunLook } from "./looks.ts";

/** The compared runs by the keys that switch them off and on, each with its mark; a click does the same. */
export function RunsLine(props: {
  looks: readonly RunLook[];
  width: number;
  onToggle: (index: number) => void;
}) {
  const { looks, width, onToggle } = props;
  const words = fitting(looks, width);
  const element = useRef<DOMElement>(null);
  useClick(element, (column) => {
    let end = 0;
    const clicked = words.findIndex((word) => {
      end += Bun.stringWidth(word);
      return column < end;
    });
    if (clicked >= 0) onToggle(clicked);
  });
  return (
    <Box ref={element} width={width}>
      <Text wrap="truncate">
        {looks.map(({ title, off, colour: name }, index) => (
          <Text key={title} bold={!off} {...(off ? emphasis.faint() : { color: colour(name) })}>
            {words[index]}
          </Text>
        ))}
      </Text>
    </Box>
  );
}

/** `1 ● one  2 ■ two  `, with names cut evenly where there is no room for them. */
function fitting(looks: readonly RunLook[], width: number): string[] {
  const longest = Math.max(...looks.map(({ title }) => Bun.stringWidth(title)));
  const titles = looks.map(({ title }) => title);
  const words = (letters: number) =>
    shortNames(titles, letters).map((name, index) => {
      const { mark, off } = looks[index] as RunLook;
      return `${index + 1} ${off ? "·" : mark} ${name}${off ? " off" : ""}  `;
    });
  const letters = Array.from({ length: longest }, (_, i) => longest - i).find(
    (count) => Bun.stringWidth(words(count).join("").trimEnd()) <= width,
  );
  return words(letters ?? 1);
}
