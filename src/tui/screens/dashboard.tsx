import { Box, Text } from "ink";
import prettyBytes from "pretty-bytes";
import prettyMilliseconds from "pretty-ms";
import { useMemo } from "react";
import { ROLES, type Role, TASK_TYPES } from "../../interfaces/role.ts";
import { type MetricPoint, metricSeries, type RunDatabase, stepMetrics } from "../../runs/index.ts";
import type { Series } from "../charts/line-chart.ts";
import { useQuery, useRun } from "../run-context.tsx";
import { colour, emphasis, ROLE_LABELS, TYPE_COLOURS } from "../theme.ts";
import { LineChart } from "../widgets/line-chart.tsx";
import { Panel } from "../widgets/panel.tsx";
import { ProgressBar } from "../widgets/progress-bar.tsx";
import { printable } from "../widgets/python.tsx";
import type { ScreenProps } from "./screen.ts";

/** Reward curves by role and type, what the engine does now, and the figures of the last step. */
export function Dashboard({ width, height }: ScreenProps) {
  const { status, snapshot } = useRun();
  const half = Math.floor(width / 2);
  const roomy = height >= 34;
  const [table, figures] = [9, 9];
  const live = roomy ? 8 : height >= 26 ? 5 : height >= 20 ? 3 : 0;
  const lower = height >= 17 ? Math.max(table, figures) : 0;
  const charts = Math.max(6, height - 3 - lower - live);
  const unsafe = snapshot?.sandbox.backend === "unsafe-local";
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Phase width={width} />
      {unsafe && <Text {...emphasis.bad()}>UNSAFE: programs run without a sandbox (--unsafe-local)</Text>}
      {roomy ? (
        <Box flexDirection="column" height={charts}>
          <Box height={Math.ceil(charts / 2)}>
            <CurvePanel
              title="Proposer reward"
              role="propose"
              figure="reward"
              width={half}
              height={Math.ceil(charts / 2)}
            />
            <CurvePanel
              title="Solver reward"
              role="solve"
              figure="reward"
              width={width - half}
              height={Math.ceil(charts / 2)}
            />
          </Box>
          <Box height={Math.floor(charts / 2)}>
            <CurvePanel
              title="Valid proposals"
              role="propose"
              figure="validity"
              width={half}
              height={Math.floor(charts / 2)}
            />
            <CurvePanel
              title="Solve rate"
              role="solve"
              figure="solve_rate"
              width={width - half}
              height={Math.floor(charts / 2)}
            />
          </Box>
        </Box>
      ) : (
        <Box height={charts}>
          <CurvePanel title="Proposer reward" role="propose" figure="reward" width={half} height={charts} />
          <CurvePanel
            title="Solver reward"
            role="solve"
            figure="reward"
            width={width - half}
            height={charts}
          />
        </Box>
      )}
      {lower > 0 && (
        <Box height={lower}>
          <LastStep step={status.step} width={half} height={lower} />
          <Machine width={width - half} height={lower} />
        </Box>
      )}
      {live > 0 && <Live width={width} height={live} />}
    </Box>
  );
}

/** What is under way: phase, bar, count, rate; below it the state and the time that is left. */
function Phase({ width }: { width: number }) {
  const { status, snapshot, notice } = useRun();
  const progress = snapshot?.progress;
  const bar = Math.max(8, Math.min(40, width - 58));
  return (
    <Box flexDirection="column" height={3} paddingX={1}>
      {progress ? (
        <Text wrap="truncate">
          <Text {...emphasis.title()}>{progress.phase.padEnd(11)}</Text>
          <ProgressBar done={progress.done} total={progress.total} width={bar} />
          <Text>{`  ${amount(progress.done, progress.unit)}/${amount(progress.total, progress.unit)} ${unitLabel(progress.unit)}`}</Text>
          <Text
            {...emphasis.faint()}
          >{`  ${progress.rate > 0 ? `${progress.rate.toFixed(1)}/s  ` : ""}${seconds(progress.elapsedMs)}`}</Text>
        </Text>
      ) : (
        <Text wrap="truncate" {...emphasis.faint()}>
          {status.engine
            ? "connecting to the engine ..."
            : `No engine is at work: the run is ${status.state}.`}
        </Text>
      )}
      <Text wrap="truncate">
        <Text>{`step ${status.step} of ${status.totalSteps} done`}</Text>
        <Text {...emphasis.faint()}>
          {snapshot?.etaMs == null
            ? ""
            : `  about ${prettyMilliseconds(snapshot.etaMs, { compact: true })} left`}
        </Text>
        {status.state === "crashed" && (
          <Text {...emphasis.bad()}>{`  crashed: ${firstLine(status.reason)}`}</Text>
        )}
      </Text>
      <Text wrap="truncate" {...(notice?.bad ? emphasis.bad() : emphasis.warning())}>
        {notice
          ? firstLine(notice.text)
          : !status.engine && status.state !== "finished"
            ? `go on with: azr-tui train ${status.name} --resume`
            : " "}
      </Text>
    </Box>
  );
}

function CurvePanel(props: { title: string; role: Role; figure: string; width: number; height: number }) {
  const { title, role, figure, width, height } = props;
  const points = useQuery(
    (database) => TASK_TYPES.map((type) => metricSeries(database, `${role}/${type}/${figure}`)),
    [role, figure],
  );
  const series = useMemo<Series[]>(
    () =>
      TASK_TYPES.flatMap((type, index) => {
        const own = points[index] as MetricPoint[];
        return own.length > 0 ? [{ title: type, colour: TYPE_COLOURS[type], points: own }] : [];
      }),
    [points],
  );
  return (
    <Panel title={title} note="by step" width={width} height={height}>
      <LineChart
        series={series}
        width={width - 4}
        height={height - 2}
        empty="The curve begins with the first finished step."
      />
    </Panel>
  );
}

/** Figures of the last finished step by role and type. */
function LastStep({ step, width, height }: { step: number; width: number; height: number }) {
  const figures = useQuery((database: RunDatabase) => stepMetrics(database, step), [step]);
  const show = (name: string, digits: number) => {
    const value = figures[name];
    return value == null ? "-" : value.toFixed(digits);
  };
  return (
    <Panel title={`Step ${step}`} width={width} height={height}>
      <Text wrap="truncate" {...emphasis.faint()}>
        {"".padEnd(20) + ["reward", "right", "tokens"].map((name) => name.padStart(7)).join("")}
      </Text>
      {ROLES.flatMap((role) =>
        TASK_TYPES.map((type) => {
          const path = `${role}/${type}`;
          const right = role === "propose" ? "validity" : "solve_rate";
          return (
            <Text key={path} wrap="truncate">
              <Text>{ROLE_LABELS[role].padEnd(9)}</Text>
              <Text color={colour(TYPE_COLOURS[type])}>{type.padEnd(11)}</Text>
              <Text>
                {show(`${path}/reward`, 2).padStart(7)}
                {show(`${path}/${right}`, 2).padStart(7)}
                {show(`${path}/response_tokens`, 0).padStart(7)}
              </Text>
            </Text>
          );
        }),
      )}
    </Panel>
  );
}

/** Throughput, sandbox and memory. */
function Machine({ width, height }: { width: number; height: number }) {
  const { snapshot } = useRun();
  if (!snapshot) {
    return (
      <Panel title="Machine" width={width} height={height}>
        <Text {...emphasis.faint()}>Shown while the engine is at work.</Text>
      </Panel>
    );
  }
  const { sandbox, memory } = snapshot;
  const verdicts = Object.entries(sandbox.verdicts).sort((a, b) => b[1] - a[1]);
  const rows: [string, string][] = [
    ["generate", `${snapshot.generationRate.toFixed(1)} tokens/s`],
    ["update", `${snapshot.updateRate.toFixed(1)} tokens/s`],
    [
      "sandbox",
      `${sandbox.backend}: ${sandbox.running} running, ${sandbox.queued} queued, ${sandbox.idle} idle`,
    ],
    ["programs", `${sandbox.finished} run`],
    ["verdicts", verdicts.map(([name, count]) => `${name} ${count}`).join(", ") || "-"],
    [
      "memory",
      `${prettyBytes(memory.resident)} resident, MLX ${prettyBytes(memory.active)} (peak ${prettyBytes(memory.peak)})`,
    ],
    [
      "engine",
      `process ${snapshot.pid}, ${snapshot.viewers} ${snapshot.viewers === 1 ? "viewer" : "viewers"}`,
    ],
  ];
  return (
    <Panel title="Machine" width={width} height={height}>
      {rows.map(([name, value]) => (
        <Text key={name} wrap="truncate">
          <Text {...emphasis.faint()}>{name.padEnd(10)}</Text>
          <Text>{value}</Text>
        </Text>
      ))}
    </Panel>
  );
}

/** The end of one rollout that is being written. */
function Live({ width, height }: { width: number; height: number }) {
  const { live } = useRun();
  const lines = live
    ? printable(live.text)
        .trimEnd()
        .split("\n")
        .slice(-(height - 2))
    : [];
  return (
    <Panel
      title={live ? `Now: ${ROLE_LABELS[live.role]}, ${live.type}` : "Now"}
      width={width}
      height={height}
    >
      {lines.length === 0 ? (
        <Text {...emphasis.faint()}>Text appears here while the model writes.</Text>
      ) : (
        lines.map((line, index) => (
          <Text key={index} wrap="truncate">
            {line || " "}
          </Text>
        ))
      )}
    </Panel>
  );
}

const firstLine = (text: string): string => text.split("\n")[0] ?? "";
const amount = (count: number, unit: string): string =>
  unit === "bytes" ? prettyBytes(count) : String(count);
const unitLabel = (unit: string): string => (unit === "bytes" ? "" : unit);
const seconds = (ms: number): string => prettyMilliseconds(ms, { secondsDecimalDigits: 0 });
