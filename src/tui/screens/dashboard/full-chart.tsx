import { Box, type DOMElement, Text } from "ink";
import { useRef } from "react";
import type { ChartKind } from "../../charts/catalogue.ts";
import type { ChartView } from "../../charts/chart-view.ts";
import type { Series } from "../../charts/line-chart.ts";
import { figure, type Readout, readoutOf } from "../../charts/readout.ts";
import { useClick } from "../../mouse.ts";
import { colour, emphasis } from "../../theme.ts";
import { LineChart } from "../../widgets/line-chart.tsx";
import { Panel } from "../../widgets/panel.tsx";
import { drawing, headed, viewWords, visible } from "./chart-panel.tsx";

/** Rows of the table of values under a full chart: a third of the height at most. */
const TABLE_SHARE = 1 / 3;

/** One chart over the whole screen, and under it each series' values: at the crosshair, and over the steps shown. */
export function FullChart(props: {
  kind: ChartKind;
  series: readonly Series[];
  view: ChartView;
  steps: readonly [first: number, last: number];
  place: string;
  width: number;
  height: number;
  /** A series of the table was clicked on, by its index. */
  onLine: (index: number) => void;
}) {
  const { kind, series, view, steps, place, width, height, onLine } = props;
  const shape = drawing(kind, view, steps);
  const selected = Math.min(view.line, series.length - 1);
  const room = Math.max(1, Math.min(series.length, Math.floor((height - 3) * TABLE_SHARE)));
  const top = Math.max(0, Math.min(selected - room + 1, series.length - room));
  const hidden = view.hidden[kind.id] ?? [];
  const nameWidth = Math.max(
    6,
    Math.min(width - 40, ...[Math.max(...series.map(({ title }) => title.length))]),
  );
  const columns = columnsOf(view.crosshair, shape.smoothing, width - 8 - nameWidth);
  const element = useRef<DOMElement>(null);
  useClick(element, (_, row) => {
    if (top + row < series.length) onLine(top + row);
  });
  return (
    <Panel
      {...headed(
        `${kind.title}${kind.unit && kind.unit !== "share" ? ` (${kind.unit})` : ""}`,
        viewWords(kind, view, steps, series),
        place,
        width - 4,
      )}
      width={width}
      height={height}
    >
      <LineChart
        series={visible(series, kind, view)}
        {...shape}
        width={width - 4}
        height={height - 3 - room}
        empty="no figures in these steps"
        legend={false}
      />
      <Text wrap="truncate" {...emphasis.faint()}>
        {`${"".padEnd(nameWidth + 4)}${columns.map(({ heading }) => heading.padStart(WIDTH)).join("")}`}
      </Text>
      <Box flexDirection="column" ref={element}>
        {series.slice(top, top + room).map((one, index) => {
          const off = hidden.includes(one.title);
          const readout = readoutOf(one, {
            step: view.crosshair,
            steps: shape.steps,
            smoothing: shape.smoothing,
          });
          return (
            <Text key={one.title} wrap="truncate" {...(off ? emphasis.faint() : {})}>
              {top + index === selected ? "▸ " : "  "}
              <Text color={off ? undefined : colour(one.colour)}>
                {`${off ? "·" : one.mark} ${one.title.slice(0, nameWidth).padEnd(nameWidth)}`}
              </Text>
              {columns.map(({ of }) => figure(of(readout)).padStart(WIDTH)).join("")}
              {off && "  hidden"}
            </Text>
          );
        })}
      </Box>
    </Panel>
  );
}

const WIDTH = 10;

/** As many as fit, the most wanted first. */
function columnsOf(crosshair: number | null, smoothing: number, room: number) {
  const columns: { heading: string; of: (readout: Readout) => number | null }[] = [
    { heading: crosshair === null ? "newest" : `at ${crosshair}`, of: ({ value }) => value },
    ...(smoothing > 0 ? [{ heading: "average", of: ({ average }: Readout) => average }] : []),
    { heading: "least", of: ({ least }) => least },
    { heading: "most", of: ({ most }) => most },
    { heading: "mean", of: ({ mean }) => mean },
  ];
  return columns.slice(0, Math.max(1, Math.floor(room / WIDTH)));
}
