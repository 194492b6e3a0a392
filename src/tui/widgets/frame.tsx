import { Box, type DOMElement, Text } from "ink";
import { useMemo, useRef } from "react";
import type { Viewers } from "../../engine/protocol.ts";
import type { KeyContext } from "../keys/contexts.ts";
import { KEYS } from "../keys/table.ts";
import { useClick } from "../mouse.ts";
import { oneLine } from "../printable.ts";
import { useRun, useSource } from "../run-context.tsx";
import type { RunView } from "../run-view.ts";
import { colour, emphasis, STATE_MARKS, stateEmphasis } from "../theme.ts";

/** Under this size nothing useful can be laid out; the layouts are made for 60x20 and up. */
export const LEAST = { columns: 40, rows: 12 };

/** The run's name, state and step; what must be seen on every screen stands first. */
export function Header({ width }: { width: number }) {
  const { status, state, snapshot, silentSeconds, deadFor, replay, viewer } = useRun();
  const { run } = useSource();
  const configured = useMemo(() => run.config().sandbox.backend, [run]);
  const backend = snapshot?.sandbox.backend || configured;
  return (
    <Text wrap="truncate">
      <Text {...emphasis.title()}> azr-tui </Text>
      {backend === "unsafe-local" && (
        <Text {...emphasis.bad()} inverse>
          {" UNSAFE: no sandbox "}
        </Text>
      )}
      {replay && <Text {...emphasis.warning()} inverse>{` replay ${played(replay)} `}</Text>}
      <Text {...stateEmphasis(state)}>{` ${STATE_MARKS[state]} ${state}`}</Text>
      {silentSeconds > 0 && <Text {...emphasis.bad()}>{` silent ${silentSeconds} s`}</Text>}
      {deadFor && <Text {...emphasis.bad()}>{` last word ${deadFor} ago`}</Text>}
      <Text>{`  step ${status.step}/${status.totalSteps}`}</Text>
      <Text bold>{`  ${oneLine(status.name)}`}</Text>
      {snapshot && !replay && <Text {...emphasis.warning()}>{watching(snapshot.viewers, viewer)}</Text>}
      {width >= 100 && snapshot && <Text {...emphasis.faint()}>{`  engine ${snapshot.pid}`}</Text>}
    </Text>
  );
}

/** `0:42 of 3:10, x4` */
function played({ at, length, speed }: NonNullable<RunView["replay"]>): string {
  const clock = (ms: number) => {
    const seconds = Math.floor(ms / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  return `${clock(at)} of ${clock(length)}${speed === 1 ? "" : `, x${speed}`}`;
}

/** Who drives, where there is somebody else; nothing for who is alone. */
function watching({ names, driver }: Viewers, viewer: string | null): string {
  if (names.length < 2) return "";
  const drives = driver === null ? "" : driver === viewer ? ", you drive" : `, ${oneLine(driver)} drives`;
  return `  ${names.length} viewers${drives}`;
}

/** The screens by their keys; the current one also stands out without colour. A click selects one. */
export function Tabs(props: {
  names: readonly string[];
  current: number;
  onSelect: (index: number) => void;
}) {
  const { names, current, onSelect } = props;
  const element = useRef<DOMElement>(null);
  const labels = names.map((name, index) =>
    index === current ? `[${index + 1} ${name}]` : ` ${index + 1} ${name} `,
  );
  useClick(element, (column) => {
    let end = 0;
    const clicked = labels.findIndex((label) => {
      end += label.length;
      return column < end;
    });
    if (clicked >= 0) onSelect(clicked);
  });
  return (
    <Box ref={element}>
      <Text wrap="truncate">
        {labels.map((label, index) =>
          index === current ? (
            <Text key={label} bold inverse>
              {label}
            </Text>
          ) : (
            <Text key={label} {...emphasis.faint()}>
              {label}
            </Text>
          ),
        )}
      </Text>
    </Box>
  );
}

/** The keys of the active contexts that the key table names for it. */
export function Footer({ contexts }: { contexts: readonly KeyContext[] }) {
  const shown = KEYS.filter((binding) => contexts.includes(binding.when) && "footer" in binding);
  return (
    <Text wrap="truncate">
      {shown.map((binding) => (
        <Text key={binding.id}>
          <Text bold color={colour("cyan")}>{` ${binding.keys[0]}`}</Text>
          <Text {...emphasis.faint()}>{` ${"footer" in binding ? binding.footer : ""} `}</Text>
        </Text>
      ))}
    </Text>
  );
}
