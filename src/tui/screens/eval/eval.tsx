import { Box, type DOMElement, Text } from "ink";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { ownCommand } from "../../../processes/own-command.ts";
import { checkpoints, evaluations, type RunDatabase } from "../../../runs/index.ts";
import { useKeys } from "../../key-router.tsx";
import type { KeyContext } from "../../keys/contexts.ts";
import { actionOf, type KeyId } from "../../keys/table.ts";
import { useClick } from "../../mouse.ts";
import { oneLine } from "../../printable.ts";
import { useKept, useQuery, useRun, useSource } from "../../run-context.tsx";
import { isLive } from "../../run-view.ts";
import { emphasis } from "../../theme.ts";
import { useCopy } from "../../use-copy.ts";
import { useSay } from "../../use-say.ts";
import { LineChart } from "../../widgets/line-chart.tsx";
import { Panel } from "../../widgets/panel.tsx";
import { useVirtualList } from "../../widgets/virtual-list.ts";
import type { ScreenProps } from "../screen.ts";
import { EvaluationJob, evaluationArguments } from "./evaluation-job.ts";
import { FlipList } from "./flip-list.tsx";
import { quotedRows, ScoreHeader, ScoreLine, visibleBenchmarks } from "./score-rows.tsx";
import { firstEvaluated, type ScoreRow, scoreLines, scoreSeries, scoreTable } from "./scores.ts";

const LIVE: readonly KeyContext[] = ["scores", "rows", "list"];
const IDLE: readonly KeyContext[] = ["evaluate", "scores", "rows", "list"];
/** From so many rows on there is a chart above the table. */
const CHART_FROM = 18;

/** How the run's checkpoints scored: a table by benchmark and step, pass@k over the steps, what flipped. */
export function Eval(props: ScreenProps) {
  const { width, height, onContexts } = props;
  const { run, database } = useSource();
  const view = useRun();
  // What is replayed has no checkpoint here that could be measured.
  const live = isLive(view) || view.replay !== null;
  const config = useMemo(() => run.config(), [run]);
  const version = useQuery(scoreStamp, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says that there are others.
  const records = useMemo(() => evaluations(database), [database, version]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same.
  const table = useMemo(() => scoreTable(records, checkpoints(database)), [records, version]);
  const [benchmarkIndex, setBenchmark] = useKept("Eval/benchmark", 0);
  const [nameIndex, setName] = useKept("Eval/name", 0);
  const [baselineStep, setBaseline] = useKept<number | null>("Eval/baseline", null);
  const [open, setOpen] = useKept("Eval/open", false);
  const [job, startJob] = useJob();
  const { names, rows } = table;
  const shownCount = rows.reduce((count, { evaluations }) => count + evaluations.size, 0);
  // What the run is to be measured by is offered before it was.
  const benchmarks = table.benchmarks.length > 0 ? table.benchmarks : config.evaluation.benchmarks;
  const chosen = benchmarkIndex % benchmarks.length;
  const benchmark = benchmarks[chosen] as string;
  const name = names[nameIndex % Math.max(1, names.length)] ?? "pass@1";
  const baseline =
    rows.find(({ step, evaluations }) => step === baselineStep && evaluations.has(benchmark)) ??
    firstEvaluated(table, benchmark);
  const shown = visibleBenchmarks(benchmarks, chosen, width - 4);
  const quoted = height >= CHART_FROM ? quotedRows(shown, name, width - 4) : [];
  const charted = height >= CHART_FROM && records.length > 0;
  const chartHeight = charted ? Math.floor(height * 0.4) : 0;
  const room = Math.max(1, height - chartHeight - 3 - quoted.length - (job ? 1 : 0));
  const list = useVirtualList(
    "Eval",
    rows.map(({ step }) => step),
    room,
  );
  const row = rows[list.selected];
  const evaluation = row?.evaluations.get(benchmark);
  const flips = open && evaluation !== undefined;
  const contexts = live ? LIVE : IDLE;
  const measured = evaluation !== undefined;
  useEffect(() => {
    if (flips) return;
    onContexts(measured ? ["scored", ...contexts] : contexts);
    return () => onContexts([]);
  }, [flips, contexts, measured, onContexts]);
  const { say, hush } = useSay();
  const copy = useCopy();
  const openFlips = () => {
    if (measured) setOpen(true);
    else if (row) say(unmeasured(row, benchmark, live));
  };
  useKeys(1, (key) => {
    if (flips) return false;
    hush();
    // What is not offered here is answered all the same.
    const action = actionOf(key, ["scored", ...contexts]);
    const actions: Partial<Record<KeyId, () => void>> = {
      "open-flips": openFlips,
      "next-benchmark": () => setBenchmark((chosen + 1) % benchmarks.length),
      "next-score": () => (names.length > 1 ? setName(nameIndex + 1) : say(`${name} alone was measured`)),
      "copy-row": () => row && say(copy(scoreLines(row, names))),
      baseline: () => row && setBaseline(row.step === baselineStep ? null : row.step),
      "evaluate-checkpoint": () => {
        if (job?.exitCode === null) job.stop();
        else if (row && !row.checkpoint) say(`step ${row.step} has no checkpoint`);
        else if (row) {
          const words = evaluationArguments(run.path, config, { benchmark, step: row.step });
          startJob([...ownCommand(Bun.main), ...words], `${benchmark} at step ${row.step}`);
        }
      },
    };
    const act = action && actions[action];
    if (!act) return list.move(action);
    act();
    return true;
  });
  const element = useRef<DOMElement>(null);
  useClick(element, (_, line) => {
    const index = list.top + line;
    if (index === list.selected) openFlips();
    else if (index < rows.length) list.select(index);
  });
  const series = useMemo(() => scoreSeries(table, benchmark, baseline), [table, benchmark, baseline]);
  const barred = series.find(({ intervals }) => intervals !== undefined);

  if (flips && evaluation) {
    const other = baseline?.evaluations.get(benchmark) ?? null;
    return (
      <FlipList
        model={evaluation}
        baseline={other && other.id !== evaluation.id ? other : null}
        {...{ width, height, onContexts }}
        close={() => setOpen(false)}
      />
    );
  }
  const work = job && (
    <Text wrap="truncate" {...(job.exitCode ? emphasis.bad() : emphasis.good())}>
      {oneLine(
        `${job.title}: ${job.exitCode === null ? "" : job.exitCode === 0 ? "done. " : "failed. "}${job.line}`,
      )}
    </Text>
  );
  if (rows.length === 0) {
    return (
      <Panel title="Eval" width={width} height={height}>
        <Nothing live={live} />
      </Panel>
    );
  }
  return (
    <Box flexDirection="column" width={width} height={height}>
      {charted && (
        <Panel
          title={`${oneLine(benchmark)} by step`}
          note={barred ? `┬ 95% interval of ${barred.title}` : ""}
          width={width}
          height={chartHeight}
        >
          <LineChart series={series} width={width - 4} height={chartHeight - 2} empty="no pass@k yet" />
        </Panel>
      )}
      <Panel
        title={evalTitle(records.length, shownCount)}
        note={baseline ? `◂ beside step ${baseline.step}` : ""}
        width={width}
        height={height - chartHeight}
      >
        <ScoreHeader {...{ benchmarks: shown, name }} chosen={benchmark} />
        <Box flexDirection="column" flexShrink={0} ref={element}>
          {rows.slice(list.top, list.top + room).map((one, index) => (
            <ScoreLine
              key={one.step}
              row={one}
              {...{ benchmarks: shown, name }}
              selected={list.top + index === list.selected}
              baseline={one === baseline}
            />
          ))}
        </Box>
        {records.length === 0 && rows.length < room - 3 && <Nothing live={live} />}
        <Box flexGrow={1} />
        {quoted}
        {work}
      </Panel>
    </Box>
  );
}

/** Why a step has no problems to show, and what would give it some. */
const unmeasured = ({ step, checkpoint }: ScoreRow, benchmark: string, live: boolean): string =>
  `step ${step} was not evaluated on ${oneLine(benchmark)}${checkpoint && !live ? ": e does it" : ""}`;

/** Of several evaluations of a step on a benchmark the newest is shown. */
const evalTitle = (all: number, shown: number): string =>
  all === shown ? `Eval: ${all}` : `Eval: ${shown}, the newest of ${all}`;

/** How a run comes to evaluations. */
function Nothing({ live }: { live: boolean }) {
  const { run } = useSource();
  const { replay } = useRun();
  const lines = [
    "This run was not evaluated yet.",
    "While training: evaluation.every=N, or evaluation.start and evaluation.end, in its settings.",
    replay
      ? "A replay measures nothing: what the recorded run measured comes in its time."
      : live
        ? "Now: e measures the run after the step at work."
        : `Now: e on a checkpoint, or  azr-tui eval ${run.name} --checkpoints all`,
  ];
  return (
    <Box flexDirection="column">
      {lines.map((line) => (
        <Text key={line} {...emphasis.faint()}>
          {line}
        </Text>
      ))}
    </Box>
  );
}

/** The one evaluation that was started from here, which goes on while other screens are shown. */
function useJob() {
  const [job, setJob] = useKept<EvaluationJob | null>("Eval/job", null);
  const state = useSyncExternalStore(job?.subscribe ?? never, job?.getState ?? nothing);
  const start = (command: readonly string[], title: string) => setJob(new EvaluationJob(command, title));
  return [state && job && { ...state, stop: () => job.stop() }, start] as const;
}

/** Changes when an evaluation or a checkpoint came or went. */
function scoreStamp(database: RunDatabase): string {
  const row = database.get<{ stamp: string }>(
    `SELECT (SELECT count(*) || ' ' || coalesce(max(finished_at), 0) FROM evaluations) || ' ' ||
       (SELECT count(*) || ' ' || coalesce(max(created_at), 0) FROM checkpoints) AS stamp`,
  );
  return row?.stamp ?? "";
}

const never = () => () => {};
const nothing = () => null;
