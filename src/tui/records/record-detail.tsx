import { Box, type DOMElement, Text } from "ink";
import { useRef } from "react";
import { useKeys } from "../key-router.tsx";
import { actionOf } from "../keys/table.ts";
import { useClick } from "../mouse.ts";
import { useKept, useQuery } from "../run-context.tsx";
import { emphasis } from "../theme.ts";
import { Panel } from "../widgets/panel.tsx";
import { type Link, type RecordKind, UNWRAPPED } from "./kind.ts";

/** One record whole: scrolled by lines, its links gone through and followed. */
export function RecordDetail<R extends { id: number }>(props: {
  kind: RecordKind<R>;
  record: R;
  note: string;
  width: number;
  height: number;
  follow: (link: Link) => void;
}) {
  const { kind, record, note, width, height, follow } = props;
  const [wrap, setWrap] = useKept("wrap", true);
  const lines = useQuery(
    (database) => kind.lines(record, database, wrap ? width - 4 : UNWRAPPED),
    [record, width, wrap],
  );
  // Kept: who comes back from a link finds it where he left it.
  const [place, setPlace] = useKept(`${kind.one} ${record.id}`, { offset: 0, focus: -1 });
  const { offset, focus } = place;
  const rows = height - 2;
  const room = Math.max(1, lines.length > rows ? rows - 1 : rows);
  const furthest = Math.max(0, lines.length - room);
  const top = Math.min(offset, furthest);
  const links = lines.flatMap(({ link }, index) => (link ? [index] : []));
  const show = (line: number | undefined) => {
    if (line === undefined) return;
    const seen = line >= top && line < top + room;
    setPlace({ focus: line, offset: seen ? top : Math.max(0, line - Math.floor(room / 2)) });
  };
  useKeys(1, (key) => {
    const action = actionOf(key, ["links", "detail"]);
    const targets: Record<string, number> = {
      "scroll-up": top - 1,
      "scroll-down": top + 1,
      "scroll-page-up": top - room,
      "scroll-page-down": top + room,
      "scroll-first": 0,
      "scroll-last": furthest,
    };
    const target = targets[action ?? ""];
    const link = lines[focus]?.link;
    if (target !== undefined) setPlace({ focus, offset: Math.max(0, Math.min(furthest, target)) });
    else if (action === "next-link") show(links.find((line) => line > focus) ?? links[0]);
    else if (action === "previous-link") show(links.findLast((line) => line < focus) ?? links.at(-1));
    else if (action === "follow") link && follow(link);
    else if (action === "wrap") setWrap(!wrap);
    else return false;
    return true;
  });
  const element = useRef<DOMElement>(null);
  useClick(element, (_, row) => {
    const link = row < room ? lines[top + row]?.link : undefined;
    if (link) follow(link);
  });
  return (
    <Panel title={`${kind.one} ${record.id}`} note={note} width={width} height={height}>
      <Box flexDirection="column" height={rows} overflowY="hidden" ref={element}>
        {lines.slice(top, top + room).map(({ element, link }, index) => {
          const line = top + index;
          if (!link) return element;
          return (
            <Text key={`link ${line}`} wrap="truncate" inverse={line === focus}>
              {line === focus ? "▸ " : "› "}
              {element}
            </Text>
          );
        })}
        {lines.length > rows && (
          <Text
            {...emphasis.faint()}
          >{`lines ${top + 1}-${Math.min(lines.length, top + room)} of ${lines.length}${wrap ? "" : ", not wrapped"}`}</Text>
        )}
      </Box>
    </Panel>
  );
}
