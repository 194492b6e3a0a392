import type { ChartKind } from "../../charts/catalogue.ts";
import type { ChartView } from "../../charts/chart-view.ts";
import type { Series } from "../../charts/line-chart.ts";
import { logWords } from "../../charts/log-axis.ts";
import { SMOOTHINGS } from "../../charts/smoothing.ts";
import { shownSteps } from "../../charts/step-window.ts";
import { cell } from "../../printable.ts";
import { LineChart } from "../../widgets/line-chart.tsx";
import { Panel } from "../../widgets/panel.tsx";

/** One of the Dashboard's charts, as the user looks at all of them. */
export function ChartPanel(props: {
  kind: ChartKind;
  series: readonly Series[];
  view: ChartView;
  steps: readonly [first: number, last: number];
  /** `3/21` of the selected chart; absent for the others. */
  place?: string;
  width: number;
  height: number;
}) {
  const { kind, series, view, steps, place, width, height } = props;
  return (
    <Panel
      {...headed(
        place ? `▸ ${kind.title}` : kind.title,
        viewWords(kind, view, steps, series),
        place,
        width - 4,
      )}
      width={width}
      height={height}
    >
      <LineChart
        series={visible(series, kind, view)}
        {...drawing(kind, view, steps)}
        width={width - 4}
        height={height - 2}
        empty="no figures in these steps"
      />
    </Panel>
  );
}

/** Beside a panel's title and note: the blanks around both, and the line between them. */
const AROUND = 6;

/** How the chart is drawn is always said: its place goes first where there is no room, then the title's end. */
export function headed(title: string, words: readonly string[], place: string | undefined, room: number) {
  const fits = (note: string) => title.length + note.length + AROUND <= room;
  const whole = [...words, ...(place ? [place] : [])].join(", ");
  const said = words.join(", ");
  if (said === "" || fits(whole)) return { title, note: whole };
  if (fits(said)) return { title, note: said };
  return { title: cell(title, Math.max(4, room - said.length - AROUND)), note: said };
}

/** The series of a chart that are not switched off. */
export function visible(
  series: readonly Series[],
  { id }: ChartKind,
  { hidden }: ChartView,
): readonly Series[] {
  const off = hidden[id];
  return off && off.length > 0 ? series.filter(({ title }) => !off.includes(title)) : series;
}

/** How a chart is drawn under a view. */
export function drawing(kind: ChartKind, view: ChartView, steps: readonly [first: number, last: number]) {
  return {
    ...(kind.range ? { range: kind.range } : {}),
    ...(kind.zero ? { zero: kind.zero } : {}),
    steps: shownSteps(view.window, ...steps),
    smoothing: SMOOTHINGS[view.smoothing] ?? 0,
    log: view.log.includes(kind.id),
    crosshair: view.crosshair,
  };
}

/** `step 120, average 0.9, log, 100-200`: what is not as it is by default. */
export function viewWords(
  kind: ChartKind,
  view: ChartView,
  steps: readonly [first: number, last: number],
  series: readonly Series[],
): string[] {
  const shape = drawing(kind, view, steps);
  const { smoothing, log, crosshair } = shape;
  const [from, to] = shape.steps;
  return [
    ...(crosshair === null ? [] : [`step ${crosshair}`]),
    ...(smoothing > 0 ? [`average ${smoothing}`] : []),
    ...(log ? [logWords(visible(series, kind, view), shape.steps)] : []),
    ...(view.window.count === null ? [] : [`${from}-${to}`]),
  ];
}
