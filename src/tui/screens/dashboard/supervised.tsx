import { Text } from "ink";
import { eventPage, metricSeries, stepMetrics } from "../../../runs/index.ts";
import { oneLine } from "../../printable.ts";
import { useQuery } from "../../run-context.tsx";
import { emphasis } from "../../theme.ts";
import { Panel } from "../../widgets/panel.tsx";

/** Figures of the last finished step. */
export function SupervisedFigures({ step, width, height }: { step: number; width: number; height: number }) {
  const figures = useQuery((database) => stepMetrics(database, step), [step]);
  const last = useQuery((database) => metricSeries(database, "validation/loss", 1)[0] ?? null, [step]);
  const seconds = figures["seconds/step"];
  const show = (name: string, digits = 0) => figures[name]?.toFixed(digits) ?? "-";
  const rows = [
    [
      "loss",
      `${show("update/loss", 4)}${last?.value == null ? "" : `, validation ${last.value.toFixed(4)} (step ${last.step})`}`,
    ],
    ["rows", `${show("update/examples")}, epoch ${show("epoch", 2)}`],
    [
      "tokens",
      `${show("update/tokens")}, ${show("update/covered_tokens")} learnt, ${show("update/tokens_per_second")}/s`,
    ],
    [
      "step size",
      `rate ${figures["update/learning_rate"]?.toPrecision(3) ?? "-"}, norm ${show("update/gradient_norm", 3)}`,
    ],
  ] as const;
  return (
    <Panel
      title={`Step ${step}`}
      note={seconds == null ? "" : `${seconds.toFixed(1)} s`}
      width={width}
      height={height}
    >
      {rows.slice(0, height - 2).map(([name, value]) => (
        <Text key={name} wrap="truncate">
          <Text {...emphasis.faint()}>{name.padEnd(10)}</Text>
          <Text>{value}</Text>
        </Text>
      ))}
    </Panel>
  );
}

/** The end of the log, where self-play shows what the model writes. */
export function LatestEvents({ width, height }: { width: number; height: number }) {
  const room = height - 2;
  const events = useQuery(
    (database) => eventPage(database, {}, { limit: Math.max(1, room) }).reverse(),
    [room],
  );
  return (
    <Panel title="Log" note="" width={width} height={height}>
      {events.slice(0, Math.max(0, room)).map((event) => (
        <Text key={event.id} wrap="truncate">
          {oneLine(event.message)}
        </Text>
      ))}
    </Panel>
  );
}
