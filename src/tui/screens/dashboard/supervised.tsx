import { Box, Text } from "ink";
import { useMemo } from "react";
import { eventPage, metricSeries, stepMetrics } from "../../../runs/index.ts";
import type { ChartColour, Series } from "../../charts/line-chart.ts";
import { oneLine } from "../../printable.ts";
import { useQuery } from "../../run-context.tsx";
import { emphasis } from "../../theme.ts";
import { LineChart } from "../../widgets/line-chart.tsx";
import { Panel } from "../../widgets/panel.tsx";

/** What a run on given texts shows in place of rewards: its losses, and how hard it steps. */
export function SupervisedCurves({ width, height }: { width: number; height: number }) {
  const left = Math.ceil(width * 0.6);
  return (
    <Box height={height}>
      <Curves title="Loss" lines={LOSSES} width={left} height={height} />
      <Curves title="Gradient norm" lines={NORM} width={width - left} height={height} />
    </Box>
  );
}

interface CurveLine {
  title: string;
  figure: string;
  colour: ChartColour;
  mark: string;
}

const LOSSES: readonly CurveLine[] = [
  { title: "training", figure: "update/loss", colour: "cyan", mark: "o" },
  { title: "validation", figure: "validation/loss", colour: "yellow", mark: "x" },
];
const NORM: readonly CurveLine[] = [
  { title: "norm", figure: "update/gradient_norm", colour: "green", mark: "o" },
];

function Curves(props: { title: string; lines: readonly CurveLine[]; width: number; height: number }) {
  const { title, lines, width, height } = props;
  const points = useQuery((database) => lines.map(({ figure }) => metricSeries(database, figure)), [lines]);
  const series = useMemo<Series[]>(
    () =>
      lines.flatMap(({ title, colour, mark }, index) => {
        const own = points[index] ?? [];
        return own.length === 0 ? [] : [{ title, colour, mark, points: own }];
      }),
    [points, lines],
  );
  return (
    <Panel title={title} note="by step" width={width} height={height}>
      <LineChart series={series} width={width - 4} height={height - 2} empty="no figures yet" />
    </Panel>
  );
}

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
