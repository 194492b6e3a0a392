import { Text } from "ink";
import { useEffect } from "react";
import { countEvents, type EventRecord, eventPage } from "../../runs/index.ts";
import { useKeys } from "../key-router.tsx";
import { actionOf, type KeyContext } from "../keys.ts";
import { oneLine } from "../printable.ts";
import { useKept, useQuery } from "../run-context.tsx";
import { emphasis } from "../theme.ts";
import { Panel } from "../widgets/panel.tsx";
import type { ScreenProps } from "./screen.ts";

const CONTEXTS: readonly KeyContext[] = ["list"];

/** The run's log, the newest line at the bottom, where it follows what comes until the user scrolls up. */
export function Log({ width, height, onContexts }: ScreenProps) {
  const rows = Math.max(1, height - 2);
  const total = useQuery((database) => countEvents(database), []);
  const furthest = Math.max(0, total - rows);
  // Lines are counted from the first one: while the user reads, new ones do not move the window.
  const [kept, setKept] = useKept<number | null>("Log/top", null);
  const top = kept === null ? furthest : Math.min(kept, furthest);
  const shown = Math.min(rows, total - top);
  const events = useQuery(
    (database) => eventPage(database, {}, { limit: shown, offset: total - top - shown }).reverse(),
    [top, shown, total],
  );
  useEffect(() => {
    onContexts(CONTEXTS);
    return () => onContexts([]);
  }, [onContexts]);
  useKeys(1, (key) => {
    const targets: Record<string, number> = {
      up: top - 1,
      down: top + 1,
      "page-up": top - rows,
      "page-down": top + rows,
      first: 0,
      last: furthest,
    };
    const target = targets[actionOf(key, CONTEXTS) ?? ""];
    if (target === undefined) return false;
    setKept(target >= furthest ? null : Math.max(0, target));
    return true;
  });
  return (
    <Panel
      title={`Log: ${total}`}
      note={kept === null ? "follows" : `lines ${top + 1}-${top + shown}, G follows`}
      width={width}
      height={height}
    >
      {total === 0 && <Text {...emphasis.faint()}>Nothing has happened yet.</Text>}
      {events.map((event) => (
        <Text key={event.id} wrap="truncate">
          <Text
            {...emphasis.faint()}
          >{`${new Date(event.at).toTimeString().slice(0, 8)} step ${String(event.step).padEnd(4)}`}</Text>
          <Text {...levelEmphasis(event.level)}>{` ${event.level.padEnd(8)}`}</Text>
          <Text>{`${event.source}: ${oneLine(event.message)}`}</Text>
        </Text>
      ))}
    </Panel>
  );
}

function levelEmphasis(level: EventRecord["level"]): object {
  if (level === "error") return emphasis.bad();
  if (level === "warning") return emphasis.warning();
  return level === "debug" ? emphasis.faint() : emphasis.good();
}
