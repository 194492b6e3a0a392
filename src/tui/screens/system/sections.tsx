import { freemem, totalmem } from "node:os";
import { Text } from "ink";
import prettyBytes from "pretty-bytes";
import prettyMilliseconds from "pretty-ms";
import type { ReactElement } from "react";
import type { Snapshot } from "../../../engine/protocol.ts";
import { type MachineFact, type MetricPoint, type RunDirectory, stateWords } from "../../../runs/index.ts";
import { sparkline } from "../../home/sparkline.ts";
import { oneLine, wrapped } from "../../printable.ts";
import type { RunView } from "../../run-view.ts";
import { emphasis } from "../../theme.ts";
import { fact } from "../../widgets/facts.tsx";
import type { DiskUse } from "./disk-use.ts";
import type { MemorySample } from "./live-memory.ts";

/** Samples of the last minutes that make a curve; with fewer it is that over the steps. */
const LIVE_SAMPLES = 4;
/** Width of the names before values. */
const NAME = 12;
/** Width of what was proved, with its mark. */
const PROOF = 22;

/** Where the run is, who works on it and who watches, what it takes on the disk. */
export function runLines(
  view: RunView,
  run: RunDirectory,
  { claimedAt, disk }: { claimedAt: number | null; disk: DiskUse | null },
  width: number,
): ReactElement[] {
  const { status, state, snapshot } = view;
  const now = timeOf(view);
  const engine = status.engine
    ? `process ${status.engine.pid}, ${claimedAt === null ? "" : `up ${duration(now - claimedAt)}`}`
    : view.replay && snapshot
      ? `process ${snapshot.pid}, when it was recorded`
      : "none";
  return [
    ...fact("state", oneLine(stateWords(state, status.reason)), width),
    ...fact("directory", view.replay ? "none: a recording" : run.path, width),
    ...fact(
      "begun",
      `${new Date(status.createdAt).toLocaleString("sv")}, ${duration(now - status.createdAt)} ago`,
      width,
    ),
    ...fact("engine", engine, width),
    ...(snapshot ? fact("viewers", viewersOf(snapshot), width) : []),
    ...(disk && !view.replay
      ? [
          ...fact(
            "on disk",
            `${prettyBytes(disk.database + disk.checkpoints + disk.rest)}: database ${prettyBytes(disk.database)}, checkpoints ${prettyBytes(disk.checkpoints)}, rest ${prettyBytes(disk.rest)}`,
            width,
          ),
          ...fact("free", prettyBytes(disk.free), width),
        ]
      : []),
  ];
}

/** Versions, device and model, as the engine found them. */
export function machineLines(facts: readonly MachineFact[], width: number): ReactElement[] {
  return facts
    .filter(({ part }) => part === "engine" || part === "device" || part === "model")
    .flatMap(({ name, value }) => fact(name, oneLine(value), width));
}

/** The pool: what it is, what it does, how fast, with which verdicts. */
export function sandboxLines(
  facts: readonly MachineFact[],
  snapshot: Snapshot | null,
  stored: { steps: number; verdicts: Readonly<Record<string, number>>; programs: number; seconds: number },
  width: number,
): ReactElement[] {
  const known = facts.filter(({ part }) => part === "sandbox");
  const pool = snapshot?.sandbox;
  const verdicts = pool ? pool.verdicts : stored.verdicts;
  const latency = pool
    ? pool.latencyMs && `half within ${ms(pool.latencyMs.p50)}, 95 of 100 within ${ms(pool.latencyMs.p95)}`
    : stored.programs > 0
      ? `${ms((stored.seconds / stored.programs) * 1000)} in the mean`
      : null;
  return [
    ...known.flatMap(({ name, value }) => fact(name, oneLine(value), width)),
    ...(pool ? [poolLine(pool)] : []),
    ...(latency ? fact("latency", latency, width) : []),
    ...(pool ? fact("verdicts", `of the ${pool.finished} programs since the engine began`, width) : []),
    ...(!pool && stored.programs > 0
      ? fact("verdicts", `of the ${stored.programs} programs of ${stored.steps} steps`, width)
      : []),
    ...verdictBars(verdicts, width),
  ];
}

/** What a worker showed before the first program. */
export function proofLines(facts: readonly MachineFact[], width: number): ReactElement[] {
  return facts
    .filter(({ part }) => part === "proof")
    .flatMap(({ name, value }) => {
      const ok = value.startsWith("ok: ");
      const shown = oneLine(value.replace(/^(ok|FAILED): /, ""));
      return wrapped(shown, width - PROOF, true).map((line, index) => (
        <Text key={`${name}${index}`} wrap="truncate">
          <Text {...(ok ? emphasis.good() : emphasis.bad())}>{index > 0 ? "  " : ok ? "✓ " : "✗ "}</Text>
          <Text>{(index > 0 ? "" : name).padEnd(PROOF - 2)}</Text>
          <Text {...emphasis.faint()}>{line}</Text>
        </Text>
      ));
    });
}

/** What waits: programs for a worker, work of the phase. */
export function queueLines(snapshot: Snapshot | null, width: number): ReactElement[] {
  if (!snapshot) return [];
  const { progress, sandbox } = snapshot;
  return [
    ...fact("programs", `${sandbox.queued} wait, ${sandbox.running} run`, width),
    ...(progress && progress.total > 0 && progress.unit !== "bytes"
      ? fact(
          progress.phase,
          `${Math.max(0, progress.total - progress.done)} of ${progress.total} ${progress.unit} to go`,
          width,
        )
      : []),
  ];
}

/** Memory of MLX and of the engine: now, and over the last minutes or the steps. */
export function memoryLines(
  view: RunView,
  samples: readonly MemorySample[],
  steps: Readonly<Record<"active" | "peak" | "cache" | "resident", readonly MetricPoint[]>>,
  width: number,
): ReactElement[] {
  const { snapshot } = view;
  const rows = [
    ["MLX active", "active"],
    ["MLX peak", "peak"],
    ["MLX cache", "cache"],
    ["engine", "resident"],
  ] as const;
  const room = Math.max(4, width - NAME - 12);
  const lines = rows.flatMap(([name, key]) => {
    const overSteps = steps[key].map(({ value }) => value);
    const live = key === "peak" ? [] : samples.map((sample) => sample[key]);
    const now = snapshot ? snapshot.memory[key] : overSteps.findLast((value) => value !== null);
    if (now == null) return [];
    const curve = live.length >= LIVE_SAMPLES ? live : overSteps;
    return [
      <Text key={name} wrap="truncate">
        <Text {...emphasis.faint()}>{name.padEnd(NAME)}</Text>
        <Text>{prettyBytes(now).padStart(9)}</Text>
        <Text {...emphasis.good()}>{` ${sparkline(curve, room)}`}</Text>
      </Text>,
    ];
  });
  const minutes =
    samples.length >= LIVE_SAMPLES ? `last ${duration(timeOf(view) - (samples[0]?.at ?? 0))}` : "by step";
  return [
    ...lines,
    // A recording is of another machine, or of another hour.
    ...(view.replay
      ? []
      : fact(
          "machine",
          `${prettyBytes(totalmem() - freemem())} of ${prettyBytes(totalmem())} in use`,
          width,
        )),
    ...(lines.length > 0 ? fact("curves", minutes, width) : []),
  ];
}

/** What it is now where the run is: in a recording, what it was. */
const timeOf = ({ replay }: RunView): number => replay?.now ?? Date.now();

function poolLine({ running, idle, queued, finished }: Snapshot["sandbox"]): ReactElement {
  return (
    <Text key="pool" wrap="truncate">
      <Text {...emphasis.faint()}>{"pool".padEnd(NAME)}</Text>
      <Text {...emphasis.good()}>{"■".repeat(Math.min(16, running))}</Text>
      <Text {...emphasis.faint()}>{"□".repeat(Math.min(16, idle))}</Text>
      <Text>{` ${running} running, ${idle} idle, ${queued} queued; ${finished} done`}</Text>
    </Text>
  );
}

function verdictBars(verdicts: Readonly<Record<string, number>>, width: number): ReactElement[] {
  const counts = Object.entries(verdicts).sort((a, b) => b[1] - a[1]);
  const most = Math.max(1, ...counts.map(([, count]) => count));
  const room = Math.max(0, width - 18 - 8);
  return counts.map(([verdict, count]) => (
    <Text key={`verdict ${verdict}`} wrap="truncate">
      <Text {...(verdict === "ok" ? emphasis.good() : emphasis.warning())}>
        {oneLine(verdict).padEnd(18)}
      </Text>
      <Text>{`${String(count).padStart(6)} `}</Text>
      <Text {...emphasis.faint()}>{"▇".repeat(Math.round((count / most) * room))}</Text>
    </Text>
  ));
}

/** Who watches; the one whose keys are taken is said. */
function viewersOf({ viewers: { names, driver } }: Snapshot): string {
  return names.map((name) => oneLine(name === driver ? `${name} (drives)` : name)).join(", ") || "none";
}

const ms = (value: number): string => prettyMilliseconds(value, { millisecondsDecimalDigits: 0 });

/** `1m 3s`: the two largest units. */
const duration = (value: number): string =>
  prettyMilliseconds(Math.max(0, value), { secondsDecimalDigits: 0, unitCount: 2 });
