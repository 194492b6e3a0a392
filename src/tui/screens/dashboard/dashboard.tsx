import { Box } from "ink";
import { useMemo } from "react";
import { TASK_TYPES } from "../../../interfaces/role.ts";
import { useQuery, useRun, useSource } from "../../run-context.tsx";
import type { ScreenProps } from "../screen.ts";
import { Activity } from "./activity.tsx";
import { Benchmarks, hasEvaluations } from "./benchmarks.tsx";
import { Curve } from "./curve.tsx";
import { Figures } from "./figures.tsx";
import { dashboardLayout } from "./layout.ts";
import { Live } from "./live.tsx";
import { Machine, MachineLine } from "./machine.tsx";
import { Start } from "./start.tsx";
import { LatestEvents, SupervisedCurves, SupervisedFigures } from "./supervised.tsx";

const SUPERVISED_ROWS = 3;

/** Reward curves by role and type (losses, where given texts are learnt), what the engine does now, and the figures of the last step. */
export function Dashboard({ width, height }: ScreenProps) {
  const { status } = useRun();
  const { run } = useSource();
  const { supervised, types } = useMemo(() => {
    const { training, selfplay } = run.config();
    const played = TASK_TYPES.filter((type) => selfplay.tasks.includes(type));
    return { supervised: training.algorithm.type === "sft", types: played };
  }, [run]);
  const layout = dashboardLayout(width, height, supervised ? SUPERVISED_ROWS : types.length);
  const { main, side, charts, figures, machine, live } = layout;
  const begun = useQuery(
    (database) => database.get("SELECT step FROM metrics WHERE step > 0 LIMIT 1") !== null,
    [],
  );
  const measured = useQuery(hasEvaluations, []);
  // A third of the width goes to the benchmarks of a run that is evaluated.
  const third = measured ? Math.floor(main / 3) : 0;
  const rest = main - third;
  const learnt = supervised ? (
    <SupervisedCurves width={rest} height={charts} />
  ) : (
    <Box flexDirection="column" width={rest}>
      <Curves role="propose" figure="reward" {...layout} main={rest} />
      {layout.chartRows === 2 && <Curves role="propose" figure="validity" {...layout} main={rest} />}
    </Box>
  );
  const curves = (
    <Box height={charts}>
      {learnt}
      {measured && <Benchmarks width={third} height={charts} />}
    </Box>
  );
  const StepFigures = supervised ? SupervisedFigures : Figures;
  const Words = supervised ? LatestEvents : Live;
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Activity width={width} />
      <Box height={height - 2}>
        <Box flexDirection="column" width={main}>
          {begun ? curves : <Start width={main} height={charts} />}
          <Box height={figures}>
            <StepFigures
              step={status.step}
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
          </Box>
        )}
      </Box>
    </Box>
  );
}

/** One row of charts: the proposer's figure and the solver's counterpart. */
function Curves(props: {
  role: "propose";
  figure: "reward" | "validity";
  main: number;
  charts: number;
  chartRows: 1 | 2;
}) {
  const { figure, main, charts, chartRows } = props;
  const height = figure === "reward" ? Math.ceil(charts / chartRows) : Math.floor(charts / chartRows);
  const left = Math.floor(main / 2);
  const shares = [0, 1] as const;
  return (
    <Box height={height}>
      {figure === "reward" ? (
        <>
          <Curve title="Proposer reward" role="propose" figure="reward" width={left} height={height} />
          <Curve title="Solver reward" role="solve" figure="reward" width={main - left} height={height} />
        </>
      ) : (
        <>
          <Curve
            title="Valid proposals"
            role="propose"
            figure="validity"
            range={shares}
            width={left}
            height={height}
          />
          <Curve
            title="Solve rate"
            role="solve"
            figure="solve_rate"
            range={shares}
            width={main - left}
            height={height}
          />
        </>
      )}
    </Box>
  );
}
