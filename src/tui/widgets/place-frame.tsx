import { Box, Text, useWindowSize } from "ink";
import type { ReactNode } from "react";
import type { KeyContext } from "../keys/contexts.ts";
import { oneLine } from "../printable.ts";
import { emphasis } from "../theme.ts";
import { Footer, LEAST } from "./frame.tsx";

/** Header, body, a line of notice and the keys of a place that is no run. */
export function PlaceFrame(props: {
  title: string;
  note?: string;
  /** The answer to the last key, or why it could not be done. */
  notice?: { text: string; bad: boolean } | null;
  contexts: readonly KeyContext[];
  children: (size: { width: number; height: number }) => ReactNode;
}) {
  const { title, note = "", notice = null, contexts, children } = props;
  const { columns, rows } = useWindowSize();
  if (columns < LEAST.columns || rows < LEAST.rows) {
    return <Text wrap="truncate">{`${columns}x${rows} is too small: 60x20 or more is needed`}</Text>;
  }
  const height = rows - 3;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Text wrap="truncate">
        <Text {...emphasis.title()}> azr-tui </Text>
        <Text bold>{` ${oneLine(title)}`}</Text>
        <Text {...emphasis.faint()}>{note && `  ${oneLine(note)}`}</Text>
      </Text>
      <Box width={columns} height={height} overflow="hidden">
        {children({ width: columns, height })}
      </Box>
      <Text wrap="truncate" {...(notice?.bad ? emphasis.bad() : emphasis.good())}>
        {notice ? ` ${oneLine(notice.text)}` : " "}
      </Text>
      <Footer contexts={contexts} />
    </Box>
  );
}
