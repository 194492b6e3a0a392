import { Box } from "ink";
import { useEffect, useMemo } from "react";
import { TASK_TYPES } from "../../../interfaces/role.ts";
import { CHART_VIEW, changedView, selectedChart } from "../../charts/chart-view.ts";
import { useKeys } from "../../key-router.tsx";
import type { KeyContext } from "../../keys/contexts.ts";
import { actionOf } from "../../keys/table.ts";
import { useKept, useQuery, useSource, useView } from "../../run-context.tsx";
import type { ScreenProps } from "../screen.ts";
import { LiveMemory } from "../system/live-memory.ts";
import { Activity } from "./activity.tsx";
import { ChartGrid } from "./chart-grid.tsx";
import { Figures } from "./figures.tsx";
import { FullChart } from "./full-chart.tsx";
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
  if (mode === "full" && kind) {
    const place = `${kinds.indexOf(kind) + 1}/${kinds.length}`;
    const onLine = (line: number) => {
      const chosen = { ...view, line };
      setView(line === view.line ? (changedView(chosen, "show-line", scene) ?? chosen) : chosen);
    };
    return <FullChart {...{ kind, series, view, steps, place, width, height, onLine }} />;
  }
  const onClick = (id: string) =>
    setView(id === kind?.id ? { ...view, full: true } : { ...view, selected: id, line: 0 });
  const charts = (area: { width: number; height: number }) =>
    begun ? <ChartGrid {...{ kinds, view, steps, onClick }} {...area} /> : <Start {...area} />;
  return <Overview {...{ config, charts, width, height }} />;
}

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
          {machine === "line" && <MachineLine width={main} />}
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
