import { Box, Text, useWindowSize } from "ink";
import type { ReactNode } from "react";
import type { KeyContext } from "../keys/contexts.ts";
import { oneLine } from "../printable.ts";
import { emphasis } from "../theme.ts";
import { Footer, LEAST, TooSmall } from "./frame.tsx";

/** Of ` azr-tui  ` before the heading. */
const NAME_COLUMNS = 10;

/** Header, body, a line of notice and the keys of a place that is no run. */
export function PlaceFrame(props: {
  title: string;
  note?: string;
  /** In place of title and note, in so many columns. */
  heading?: (width: number) => ReactNode;
  /** The answer to the last key, or why it could not be done. */
  notice?: { text: string; bad: boolean } | null;
  /** Stands where a notice would while there is none. */
  hint?: string;
  contexts: readonly KeyContext[];
  children: (size: { width: number; height: number }) => ReactNode;
}) {
  const { title, note = "", notice = null, heading, hint = "", contexts, children } = props;
  const { columns, rows } = useWindowSize();
  if (columns < LEAST.columns || rows < LEAST.rows) {
    return <TooSmall columns={columns} rows={rows} />;
  }
  const height = rows - 3;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Box height={1}>
        <Text wrap="truncate">
          <Text {...emphasis.title()}> azr-tui </Text>
          <Text bold>{` ${oneLine(title)}`}</Text>
          <Text {...emphasis.faint()}>{note && `  ${oneLine(note)}`}</Text>
        </Text>
        {heading?.(columns - NAME_COLUMNS)}
      </Box>
      <Box width={columns} height={height} overflow="hidden">
        {children({ width: columns, height })}
      </Box>
      {notice ? (
        <Text wrap="truncate" {...(notice.bad ? emphasis.bad() : emphasis.good())}>
          {` ${oneLine(notice.text)}`}
        </Text>
      ) : (
        <Text wrap="truncate" {...emphasis.faint()}>{` ${oneLine(hint)}`}</Text>
      )}
      <Footer contexts={contexts} />
    </Box>
  );
}
