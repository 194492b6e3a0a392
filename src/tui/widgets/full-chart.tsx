import { Box, type DOMElement, Text } from "ink";
import { useRef } from "react";
import { figure, type Readout, readoutOf } from "../charts/readout.ts";
import { drawing } from "../charts/shown-chart.ts";
import { useClick } from "../mouse.ts";
import { cell } from "../printable.ts";
import { colour, emphasis } from "../theme.ts";
import { ChartPanel, type ChartProps } from "./chart-panel.tsx";

/** Rows of the table of values under a full chart: a third of the height at most. */
const TABLE_SHARE = 1 / 3;

/** One chart over the whole screen, and under it each series' values: at the crosshair, and over the steps shown. */
export function FullChart(
  props: ChartProps & {
    /** A series of the table was clicked on, by its index. */
    onLine: (index: number) => void;
    onTitle?: () => void;
  },
) {
  const { chart, series, view, steps, width, height, lines = chart.id, onLine } = props;
  const shape = drawing(chart, view, steps);
  const selected = Math.min(view.line, series.length - 1);
  const room = Math.max(1, Math.min(series.length, Math.floor((height - 3) * TABLE_SHARE)));
  const top = Math.max(0, Math.min(selected - room + 1, series.length - room));
  const hidden = view.hidden[lines] ?? [];
  const longest = Math.max(...series.map(({ title }) => Bun.stringWidth(title)));
  const nameWidth = Math.max(6, Math.min(width - 40, longest));
  const columns = columnsOf(view.crosshair, shape.smoothing, width - 8 - nameWidth);
  const element = useRef<DOMElement>(null);
  useClick(element, (_, row) => {
    if (top + row < series.length) onLine(top + row);
  });
  const unit = chart.unit && chart.unit !== "share" ? ` (${chart.unit})` : "";
  return (
    <ChartPanel {...props} title={`${chart.title}${unit}`} legend={false} below={room + 1}>
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
                {`${off ? "·" : one.mark} ${cell(one.title, nameWidth)}`}
              </Text>
              {columns.map(({ of }) => figure(of(readout)).padStart(WIDTH)).join("")}
              {off && "  hidden"}
            </Text>
          );
        })}
      </Box>
    </ChartPanel>
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
