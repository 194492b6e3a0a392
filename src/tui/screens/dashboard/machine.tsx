import { Text } from "ink";
import prettyBytes from "pretty-bytes";
import type { Snapshot } from "../../../engine/protocol.ts";
import { flagTotals, type RunDatabase, stepMetrics, verdictCounts } from "../../../runs/index.ts";
import { oneLine } from "../../printable.ts";
import { useQuery, useRun } from "../../run-context.tsx";
import { emphasis } from "../../theme.ts";
import { Panel } from "../../widgets/panel.tsx";

/** Throughput, sandbox and memory: of the engine at work, or as the last step left them. */
export function Machine({ width, height }: { width: number; height: number }) {
  const { snapshot, status } = useRun();
  const stored = useQuery((database) => storedRows(database, status.step), [status.step]);
  const phases = useQuery((database) => phaseRow(database, status.step), [status.step]);
  const rows = snapshot ? liveRows(snapshot, phases) : stored;
  const counted = useQuery((database) => rolloutVerdicts(database, status.step), [status.step]);
  const verdicts = snapshot ? sandboxVerdicts(snapshot) : counted;
  const room = height - 2;
  const barsRoom = room - rows.length - 1;
  return (
    <Panel
      title="Machine"
      note={snapshot ? snapshot.sandbox.backend : status.step > 0 ? `step ${status.step}` : ""}
      width={width}
      height={height}
    >
      {rows.slice(0, room).map(([name, value]) => (
        <Text key={name} wrap="truncate">
          <Text {...emphasis.faint()}>{name.padEnd(NAME_WIDTH)}</Text>
          <Text>{value}</Text>
        </Text>
      ))}
      {barsRoom >= 2 && verdicts.length > 0 && (
        <>
          <Text {...emphasis.faint()}>{snapshot ? "programs by verdict" : "rollouts by verdict"}</Text>
          {verdicts.slice(0, barsRoom).map(([verdict, count]) => (
            <Text key={verdict} wrap="truncate">
              <Text {...(verdict === "ok" ? emphasis.good() : emphasis.warning())}>
                {oneLine(verdict).padEnd(18)}
              </Text>
              <Text>{`${String(count).padStart(6)} `}</Text>
              <Text {...emphasis.faint()}>{bar(count, verdicts, width - 4 - 25)}</Text>
            </Text>
          ))}
        </>
      )}
    </Panel>
  );
}

/** The most wanted of the machine's figures on one line, for narrow screens; blank where a notice is drawn over it. */
export function MachineLine({ width, lowest }: { width: number; lowest: boolean }) {
  const { snapshot, notice } = useRun();
  if (!snapshot || (lowest && notice)) return <Text> </Text>;
  const { sandbox, memory, generationRate, updateRate } = snapshot;
  const parts = [
    `gen ${rate(generationRate)}`,
    `upd ${rate(updateRate)} tok/s`,
    `${sandbox.backend} ${sandbox.running} run, ${sandbox.queued} wait`,
    prettyBytes(memory.resident),
  ];
  return (
    <Text wrap="truncate" {...emphasis.faint()}>
      {` ${parts.join("  ")}`.slice(0, width)}
    </Text>
  );
}

type Row = [name: string, value: string];
const NAME_WIDTH = 9;

/** The four rows that a small panel has room for come first. */
function liveRows({ sandbox, memory, flags, ...snapshot }: Snapshot, phases: Row[]): Row[] {
  const { verdicts } = sandbox;
  const failed = sandbox.finished - (verdicts.ok ?? 0);
  return [
    ["tokens/s", `generate ${rate(snapshot.generationRate)}, update ${rate(snapshot.updateRate)}`],
    ["sandbox", `${sandbox.running} running, ${sandbox.queued} queued, ${sandbox.idle} idle`],
    ["programs", `${sandbox.finished} run, ${failed} failed${flagCount(flags)}`],
    ["memory", `${prettyBytes(memory.resident)}, MLX ${prettyBytes(memory.active)}`],
    ...phases,
    ...flagRow(flags),
    ["MLX peak", prettyBytes(memory.peak)],
    [
      "engine",
      `process ${snapshot.pid}, ${snapshot.viewers.names.length} ${snapshot.viewers.names.length === 1 ? "viewer" : "viewers"}`,
    ],
  ];
}

function storedRows(database: RunDatabase, step: number): Row[] {
  if (step === 0) return [];
  const figures = stepMetrics(database, step);
  const bytes = (name: string) => (figures[name] == null ? "-" : prettyBytes(figures[name]));
  const counts = verdictCounts(database, step);
  const flags = flagTotals(database);
  const right = counts.filter(({ verdict }) => verdict === "ok").reduce((sum, { count }) => sum + count, 0);
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  // Where given texts are learnt, nothing is generated.
  const work: Row[] =
    figures.epoch == null
      ? [
          ["tokens/s", `generate ${rate(figures["generation/tokens_per_second"] ?? 0)}`],
          ["rollouts", `${all}, ${right} valid or right${flagCount(flags)}`],
        ]
      : [["tokens/s", `update ${rate(figures["update/tokens_per_second"] ?? 0)}`]];
  return [
    ...work,
    ["memory", `${bytes("memory/resident")}, MLX ${bytes("memory/active")}`],
    ...phaseRow(database, step),
    ...flagRow(flags),
    ["MLX peak", bytes("memory/peak")],
  ];
}

const PHASE_LABELS = {
  propose: "prop",
  validate: "valid",
  solve: "solve",
  grade: "grade",
  update: "upd",
  checkpoint: "save",
  evaluate: "eval",
} as const;

/** Seconds of the step's parts, those of a tenth of a second and more, the longest first. */
function phaseRow(database: RunDatabase, step: number): Row[] {
  const figures = stepMetrics(database, step);
  const parts = Object.entries(PHASE_LABELS)
    .map(([phase, label]) => ({ label, seconds: figures[`seconds/${phase}`] ?? 0 }))
    .filter(({ seconds }) => seconds >= 0.1)
    .sort((a, b) => b.seconds - a.seconds)
    .map(({ label, seconds }) => `${label} ${seconds.toFixed(seconds < 10 ? 1 : 0)}`);
  return parts.length > 0 ? [["seconds", parts.join(", ")]] : [];
}

/** Safety flags of the run by kind, the most frequent first: `import 4, file-read 1`. */
function flagRow(flags: Readonly<Record<string, number>>): Row[] {
  const kinds = new Map<string, number>();
  for (const [flag, count] of Object.entries(flags)) {
    const kind = flag.replace(/:.*/s, "");
    kinds.set(kind, (kinds.get(kind) ?? 0) + count);
  }
  const parts = [...kinds].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${kind} ${count}`);
  return parts.length > 0 ? [["flags", oneLine(parts.join(", "))]] : [];
}

function flagCount(flags: Readonly<Record<string, number>>): string {
  const all = Object.values(flags).reduce((sum, count) => sum + count, 0);
  if (all === 0) return "";
  return all === 1 ? ", 1 flag" : `, ${all} flags`;
}

type VerdictTotal = [verdict: string, count: number];

function sandboxVerdicts({ sandbox }: Snapshot): VerdictTotal[] {
  return Object.entries(sandbox.verdicts).sort((a, b) => b[1] - a[1]);
}

function rolloutVerdicts(database: RunDatabase, step: number): VerdictTotal[] {
  const totals = new Map<string, number>();
  for (const { verdict, count } of verdictCounts(database, step))
    totals.set(verdict, (totals.get(verdict) ?? 0) + count);
  return [...totals].sort((a, b) => b[1] - a[1]);
}

function bar(count: number, verdicts: readonly VerdictTotal[], room: number): string {
  const most = Math.max(1, ...verdicts.map(([, value]) => value));
  return "▇".repeat(Math.max(0, Math.round((count / most) * room)));
}

const rate = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
