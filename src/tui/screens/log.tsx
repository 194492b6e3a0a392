import { Text } from "ink";
import { type EventRecord, eventPage } from "../../runs/index.ts";
import { useQuery } from "../run-context.tsx";
import { emphasis } from "../theme.ts";
import { Panel } from "../widgets/panel.tsx";
import { printable } from "../widgets/python.tsx";
import type { ScreenProps } from "./screen.ts";

/** The last events of the run, the newest at the bottom. */
export function Log({ width, height }: ScreenProps) {
  const events = useQuery((database) => eventPage(database, {}, { limit: height - 2 }).reverse(), [height]);
  return (
    <Panel title="Log" note="the newest is at the bottom" width={width} height={height}>
      {events.length === 0 && <Text {...emphasis.faint()}>Nothing has happened yet.</Text>}
      {events.map((event) => (
        <Text key={event.id} wrap="truncate">
          <Text
            {...emphasis.faint()}
          >{`${new Date(event.at).toTimeString().slice(0, 8)} step ${String(event.step).padEnd(4)}`}</Text>
          <Text {...levelEmphasis(event.level)}>{` ${event.level.padEnd(8)}`}</Text>
          <Text>{`${event.source}: ${printable(event.message).replaceAll("\n", " ")}`}</Text>
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
