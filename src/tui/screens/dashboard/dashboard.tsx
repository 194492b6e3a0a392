import { Box } from "ink";
import { memo, type RefObject, useEffect, useMemo, useRef } from "react";
import { TASK_TYPES } from "../../../interfaces/role.ts";
import type { ChartKind } from "../../charts/catalogue.ts";
import { CHART_VIEW, changedView, clickedView, selectedChart } from "../../charts/chart-view.ts";
import { useKeys } from "../../key-router.tsx";
import type { KeyContext } from "../../keys/contexts.ts";
import { actionOf } from "../../keys/table.ts";
import { useKept, useQuery, useSource, useView } from "../../run-context.tsx";
import { ChartGrid } from "../../widgets/chart-grid.tsx";
import { ChartPanel, type ChartProps } from "../../widgets/chart-panel.tsx";
import { FullChart } from "../../widgets/full-chart.tsx";
import type { ScreenProps } from "../screen.ts";
import { LiveMemory } from "../system/live-memory.ts";
import { Activity } from "./activity.tsx";
import { Figures } from "./figures.tsx";
import { dashboardLayout } from "./layout.ts";
import { Live } from "./live.tsx";
import { Machine, MachineLine } from "./machine.tsx";
import { Start } from "./start.tsx";
import { LatestEvents, SupervisedFigures } from "./supervised.tsx";
import { useCharts, useSeries, useSteps } from "./use-charts.ts";

const SUPERVISED_ROWS = 3;

const CONTEXTS = {
  starting: [],
  grid: ["charts"],
  full: ["chart", "charts"],
} as const satisfies Record<string, readonly KeyContext[]>;

/** Curves of the run, what the engine does now, and the figures of the last step. One curve may fill the screen. */
export function Dashboard({ width, height, onContexts }: ScreenProps) {
  const source = useSource();
  const { run } = source;
  // From the first look on: the System screen shows how it went.
  LiveMemory.of(source);
  const begun = useQuery(
    (database) => database.get("SELECT step FROM metrics WHERE step > 0 LIMIT 1") !== null,
    [],
  );
  const kinds = useCharts();
  const steps = useSteps();
  const [view, setView] = useKept("charts", CHART_VIEW);
  const ids = kinds.map(({ id }) => id);
  const kind = kinds.find(({ id }) => id === selectedChart(view, ids));
  const series = useSeries(kind);
  const mode = !begun || !kind ? "starting" : view.full ? "full" : "grid";
  useEffect(() => {
    onContexts(CONTEXTS[mode]);
    return () => onContexts([]);
  }, [mode, onContexts]);
  const scene = { ids, steps, lines: series.map(({ title }) => title) };
  useKeys(1, (key) => {
    if (mode === "starting") return false;
    const next = changedView(view, actionOf(key, CONTEXTS[mode]), scene);
    if (next) setView(next);
    return next !== null;
  });
  const config = useMemo(() => run.config(), [run]);
  const clicked = useRef<Clicked>(() => undefined);
  clicked.current = (id, step) => {
    const selected = id === kind?.id;
    if (step !== "title") setView(clickedView(view, id, selected, step));
    else setView(selected ? { ...view, full: true } : clickedView(view, id, selected, null));
  };
  if (mode === "full" && kind) {
    const place = `${kinds.indexOf(kind) + 1}/${kinds.length}`;
    const onLine = (line: number) => {
      const chosen = { ...view, line };
      setView(line === view.line ? (changedView(chosen, "show-line", scene) ?? chosen) : chosen);
    };
    const onStep = (step: number | null) => setView(clickedView(view, kind.id, true, step));
    const onTitle = () => setView({ ...view, full: false });
    const scaled = { series, view, steps, place, width, height };
    return <FullChart chart={kind} {...scaled} {...{ onLine, onStep, onTitle }} />;
  }
  const charts = (area: { width: number; height: number }) =>
    begun ? (
      <ChartGrid
        ids={ids}
        selected={kind?.id ?? null}
        {...area}
        chart={(id, place) => (
          <Chart
            key={id}
            chart={kinds.find((one) => one.id === id) as ChartKind}
            clicked={clicked}
            {...{ view, steps, ...place }}
          />
        )}
      />
    ) : (
      <Start {...area} />
    );
  return <Overview {...{ config, charts, width, height }} />;
}

/** Told of a click on a chart: on its title, at a step, or beside the steps. */
type Clicked = (id: string, at: number | null | "title") => void;

/** Drawn anew only when its figures or the view have changed, not with every word of the engine. */
const Chart = memo(
  (props: Omit<ChartProps, "series"> & { chart: ChartKind; clicked: RefObject<Clicked> }) => {
    const { chart, place, clicked } = props;
    return (
      <ChartPanel
        {...props}
        title={place ? `▸ ${chart.title}` : chart.title}
        series={useSeries(chart)}
        onStep={(step) => clicked.current(chart.id, step)}
        onTitle={() => clicked.current(chart.id, "title")}
      />
    );
  },
);

/** Everything at once. */
function Overview(props: {
  config: ReturnType<ReturnType<typeof useSource>["run"]["config"]>;
  charts: (area: { width: number; height: number }) => React.ReactNode;
  width: number;
  height: number;
}) {
  const { config, charts, width, height } = props;
  const step = useView(({ status }) => status.step);
  const supervised = config.training.algorithm.type === "sft";
  const types = TASK_TYPES.filter((type) => config.selfplay.tasks.includes(type));
  const layout = dashboardLayout(width, height, supervised ? SUPERVISED_ROWS : types.length);
  const { main, side, figures, machine, live, events } = layout;
  const StepFigures = supervised ? SupervisedFigures : Figures;
  const Words = supervised ? LatestEvents : Live;
  return (
    <Box flexDirection="column" width={width} height={height} overflowY="hidden">
      <Activity width={width} />
      <Box height={height - 2}>
        <Box flexDirection="column" width={main}>
          {charts({ width: main, height: layout.charts })}
          <Box height={figures}>
            <StepFigures
              step={step}
              types={types}
              width={side > 0 ? main : layout.figuresWidth}
              height={figures}
            />
            {machine === "beside" && <Machine width={main - layout.figuresWidth} height={figures} />}
          </Box>
          {machine === "line" && <MachineLine width={main} lowest={live === 0} />}
          {live > 0 && side === 0 && <Words width={main} height={live} />}
        </Box>
        {side > 0 && (
          <Box flexDirection="column" width={side}>
            <Machine width={side} height={layout.machineHeight} />
            <Words width={side} height={live} />
            {events > 0 && <LatestEvents width={side} height={events} />}
          </Box>
        )}
      </Box>
    </Box>
  );
}
