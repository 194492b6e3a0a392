import { Box, type DOMElement, Text } from "ink";
import { useRef, useState } from "react";
import { useKeys } from "../key-router.tsx";
import { actionOf } from "../keys/table.ts";
import { useClick } from "../mouse.ts";
import { emphasis } from "../theme.ts";
import { Over } from "../widgets/over.tsx";
import { Panel } from "../widgets/panel.tsx";
import { windowTop } from "../widgets/virtual-list.ts";

/** Lines of the list that stay in view around the box: its borders, its header and a row. */
const SEEN = 4;

/** Which columns a list shows where there is room for them: a box for each. */
export function ColumnChoice(props: {
  columns: readonly { name: string; title: string; shown: boolean; fits: boolean }[];
  width: number;
  height: number;
  toggle: (name: string) => void;
  close: () => void;
}) {
  const { columns, width, height, toggle, close } = props;
  const [selected, setSelected] = useState(0);
  const rows = Math.max(1, Math.min(columns.length, height - 2 - SEEN));
  const top = windowTop(0, selected, columns.length, rows);
  const element = useRef<DOMElement>(null);
  useClick(element, (_, row) => {
    const clicked = columns[top + row];
    if (!clicked) return;
    setSelected(top + row);
    toggle(clicked.name);
  });
  useKeys(2, (key) => {
    const action = actionOf(key, ["columns", "list"]);
    const last = columns.length - 1;
    if (action === "up") setSelected(Math.max(0, selected - 1));
    else if (action === "down") setSelected(Math.min(last, selected + 1));
    else if (action === "first") setSelected(0);
    else if (action === "last") setSelected(last);
    else if (action === "toggle") toggle(columns[selected]?.name ?? "");
    else if (action === "close-columns") close();
    return key !== "ctrl+c";
  });
  return (
    <Over {...{ width, height }} columns={Math.min(width, COLUMNS)} rows={rows + 2} place="corner">
      <Panel title="Columns" width={Math.min(width, COLUMNS)} height={rows + 2}>
        <Box flexDirection="column" ref={element}>
          {columns.slice(top, top + rows).map(({ name, title, shown, fits }, index) => (
            <Text key={name} wrap="truncate" inverse={top + index === selected}>
              {`${top + index === selected ? "▸" : " "} [${shown ? "x" : " "}] ${title}`}
              <Text {...emphasis.faint()}>{shown && !fits ? "  no room" : ""}</Text>
            </Text>
          ))}
        </Box>
      </Panel>
    </Over>
  );
}

/** Of the box, so that the list's own columns are seen beside it and above it. */
const COLUMNS = 30;
