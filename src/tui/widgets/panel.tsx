import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { colour, emphasis } from "../theme.ts";

/** A box with its title in the border; its content is cut to the given size. */
export function Panel(props: {
  title: string;
  note?: string;
  width: number;
  height: number;
  children?: ReactNode;
}) {
  const { title, note = "", width, height, children } = props;
  const room = Math.max(0, width - 4);
  const heading = ` ${title} `.slice(0, room);
  const aside = note && heading.length + note.length + 3 < room ? ` ${note} ` : "";
  const rule = "─".repeat(Math.max(0, width - 3 - heading.length - aside.length - (aside ? 1 : 0)));
  return (
    <Box flexDirection="column" width={width} height={height} overflowY="hidden">
      <Text wrap="truncate">
        <Text color={colour("gray")}>╭─</Text>
        <Text {...emphasis.title()}>{heading}</Text>
        <Text color={colour("gray")}>{rule}</Text>
        <Text {...emphasis.faint()}>{aside}</Text>
        <Text color={colour("gray")}>{aside ? "─╮" : "╮"}</Text>
      </Text>
      <Box
        flexDirection="column"
        width={width}
        height={height - 1}
        borderStyle="round"
        borderTop={false}
        borderColor={colour("gray")}
        paddingX={1}
        overflowY="hidden"
      >
        {children}
      </Box>
    </Box>
  );
}
