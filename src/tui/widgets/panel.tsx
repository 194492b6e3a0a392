import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { cell, oneLine } from "../printable.ts";
import { colour, emphasis } from "../theme.ts";

/** A box with its title in the border, whatever that holds; its content is cut to the given size. */
export function Panel(props: {
  title: string;
  note?: string;
  width: number;
  height: number;
  children?: ReactNode;
}) {
  const { width, height, children } = props;
  const [title, note] = [oneLine(props.title), oneLine(props.note ?? "")];
  const room = Math.max(0, width - 4);
  const whole = Bun.stringWidth(title) + 2;
  const heading = whole <= room ? ` ${title} ` : ` ${cell(title, room - 2)} `;
  const named = Math.min(whole, room);
  const beside = Bun.stringWidth(note);
  const aside = note && named + beside + 3 < room ? ` ${note} ` : "";
  const rule = "─".repeat(Math.max(0, width - 3 - named - (aside ? beside + 3 : 0)));
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
