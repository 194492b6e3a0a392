import { Box, type DOMElement } from "ink";
import { type ReactNode, useRef } from "react";
import type { ChartView } from "../charts/chart-view.ts";
import type { Series } from "../charts/line-chart.ts";
import { drawing, headed, type ShownChart, type Steps, viewWords, visible } from "../charts/shown-chart.ts";
import { useClick } from "../mouse.ts";
import { LineChart } from "./line-chart.tsx";
import { Panel } from "./panel.tsx";

/** What a chart is and how the user looks at it. */
export interface ChartProps {
  chart: ShownChart;
  series: readonly Series[];
  view: ChartView;
  steps: Steps;
  /** Under which name the view keeps the lines that are switched off; the chart's own id when absent. */
  lines?: string;
  /** `3/21` of the selected chart; absent for the others. */
  place?: string;
  width: number;
  height: number;
  /** The curves were clicked on, at a step; null beside them. */
  onStep?: (step: number | null) => void;
}

/** A chart in its border, which says how it is looked at; `children` stand below it, in so many rows. */
export function ChartPanel(
  props: ChartProps & {
    title: string;
    /** The title in fewer columns; its beginning when absent. */
    cut?: (title: string, width: number) => string;
    /** As for LineChart. */
    legend?: boolean | "values";
    onTitle?: () => void;
    children?: ReactNode;
    below?: number;
  },
) {
  const { chart, title, view, steps, place, width, height, lines = chart.id, legend = true } = props;
  const { below = 0, cut, children, onStep, onTitle } = props;
  const series = visible(props.series, lines, view);
  const element = useRef<DOMElement>(null);
  useClick(element, (_, row) => {
    if (row > 0 || !onTitle) return false;
    onTitle();
    return true;
  });
  return (
    <Box ref={element} width={width} height={height}>
      <Panel
        {...headed(title, viewWords(chart, view, steps, series), place, width - 4, cut)}
        width={width}
        height={height}
      >
        <LineChart
          series={series}
          {...drawing(chart, view, steps)}
          width={width - 4}
          height={height - 2 - below}
          empty="no figures in these steps"
          legend={legend}
          {...(onStep ? { onStep } : {})}
        />
        {children}
      </Panel>
    </Box>
  );
}
