import { dirname, relative, resolve } from "node:path";
import { Box, Text } from "ink";
import prettyBytes from "pretty-bytes";
import prettyMilliseconds from "pretty-ms";
import type { Progress, Snapshot } from "../../../engine/protocol.ts";
import type { RunDirectory } from "../../../runs/index.ts";
import { oneLine } from "../../printable.ts";
import { useRun, useSource } from "../../run-context.tsx";
import type { RunView } from "../../run-view.ts";
import { emphasis } from "../../theme.ts";
import { ProgressBar } from "../../widgets/progress-bar.tsx";

/** Two lines: what is under way and how long it takes, and the last thing worth reading. */
export function Activity({ width }: { width: number }) {
  const view = useRun();
  const progress = view.snapshot?.progress;
  return (
    <Box flexDirection="column" height={2} width={width} flexShrink={0}>
      {progress ? (
        <PhaseLine {...{ progress, width }} snapshot={view.snapshot} silentSeconds={view.silentSeconds} />
      ) : (
        <Idle view={view} />
      )}
      <LastWord view={view} />
    </Box>
  );
}

function PhaseLine(props: {
  progress: Progress;
  snapshot: Snapshot | null;
  silentSeconds: number;
  width: number;
}) {
  const { progress, snapshot, silentSeconds, width } = props;
  const { phase, done, total, unit, rate, elapsedMs } = progress;
  const eta = snapshot?.etaMs;
  const counted = total > 0;
  // What stands still has no end in sight.
  const silent = silentSeconds > 0;
  const left = counted && rate > 0 && !silent ? duration(((total - done) / rate) * 1000) : null;
  const speed = rate >= 100 || unit === "bytes" ? amount(rate, unit) : rate.toFixed(1);
  const figures = [
    ...(counted
      ? [`${amount(done, unit)}/${amount(total, unit)}${unit === "bytes" || width < 72 ? "" : ` ${unit}`}`]
      : []),
    ...(counted && rate > 0 && width >= 72 ? [`${speed}/s`] : []),
    left && done < total ? `${left} left` : duration(elapsedMs),
  ].join("  ");
  const waits = snapshot?.state === "paused" && rate === 0;
  // The last evaluation comes after the steps that the rest is told from.
  const rest = waits ? "paused" : eta == null || eta <= 0 || silent ? "" : `run: ${duration(eta)} left`;
  const bar = Math.max(6, Math.min(40, width - 14 - figures.length - rest.length - 4));
  return (
    <Text wrap="truncate">
      <Text {...emphasis.title()}>{` ${phase.padEnd(10)} `}</Text>
      <ProgressBar done={done} total={total} width={bar} />
      <Text>{`  ${figures}`}</Text>
      <Text {...emphasis.faint()}>{rest && `  ${rest}`}</Text>
    </Text>
  );
}

/** No phase is under way: why, and how the run goes on. */
function Idle({ view }: { view: RunView }) {
  const { run } = useSource();
  const { status, state, launching, snapshot } = view;
  if (snapshot) return <Text {...emphasis.faint()}> between two phases</Text>;
  // Nothing of it can be gone on with: it lies in a temporary folder.
  if (view.replay) return <Text {...emphasis.faint()}> a recording: no engine is at work now</Text>;
  if (launching || status.engine) {
    return (
      <Text {...emphasis.faint()}> the engine is starting: it opens the sandbox, then loads the model</Text>
    );
  }
  if (view.gone !== null) {
    return <Text wrap="truncate" {...emphasis.bad()}>{` ${oneLine(view.gone)}`}</Text>;
  }
  if (view.replay) return <Text {...emphasis.faint()}>{` ${state}: that was the recording's end`}</Text>;
  if (state === "finished") {
    return (
      <Text wrap="truncate" {...emphasis.faint()}>
        {" no engine: the run is finished; "}
        <Text {...emphasis.title()}>r</Text> makes it longer
      </Text>
    );
  }
  return (
    <Text wrap="truncate" {...emphasis.faint()}>
      <Text {...(state === "crashed" ? emphasis.bad() : {})}>{` ${state}; `}</Text>
      <Text {...emphasis.title()}>r</Text>
      {" goes on with it, or "}
      <Text {...emphasis.title()}>{`azr-tui train ${nameOf(run)} --resume`}</Text>
    </Text>
  );
}

/** Why a run that crashed did, else the last line of the log; a notice is drawn over it. */
function LastWord({ view }: { view: RunView }) {
  const { log, state, status, silentSeconds, unanswered } = view;
  if (view.gone !== null) {
    return <Text wrap="truncate"> Where it was moved, azr-tui train PATH --resume goes on with it.</Text>;
  }
  if (unanswered !== null || silentSeconds > 0) {
    // What was just asked for is said first: the header has the silence too.
    const words = [unanswered, silentSeconds > 0 && `the engine has said nothing for ${silentSeconds} s`];
    return <Text wrap="truncate" {...emphasis.bad()}>{` ${words.filter(Boolean).join("; ")}`}</Text>;
  }
  if (state === "crashed") {
    return <Text wrap="truncate" {...emphasis.bad()}>{` crashed: ${oneLine(status.reason)}`}</Text>;
  }
  const serious = log?.level === "warning" || log?.level === "error";
  return (
    <Text wrap="truncate" {...(serious ? emphasis.warning() : emphasis.faint())}>
      {log ? ` ${oneLine(`${log.source}: ${log.message}`)}` : " "}
    </Text>
  );
}

/** What the command line knows the run by: its name in the runs folder, else its path from here. */
function nameOf(run: RunDirectory): string {
  return dirname(run.path) === resolve(process.env.AZR_RUNS_DIR || "runs")
    ? run.name
    : relative(process.cwd(), run.path);
}

const amount = (count: number, unit: string): string =>
  unit === "bytes" && Number.isFinite(count) ? prettyBytes(count) : String(Math.round(count));

/** `1m 3s`, `2h 5m`: the two largest units; `?` where there is no end. */
const duration = (ms: number): string =>
  Number.isFinite(ms) ? prettyMilliseconds(Math.max(0, ms), { secondsDecimalDigits: 0, unitCount: 2 }) : "?";
