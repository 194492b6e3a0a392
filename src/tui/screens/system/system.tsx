import { useEffect, useState } from "react";
import { machineFacts, metricSeries, metricSums, type RunDatabase } from "../../../runs/index.ts";
import type { KeyContext } from "../../keys/contexts.ts";
import { useQuery, useRun, useSource } from "../../run-context.tsx";
import { Panel } from "../../widgets/panel.tsx";
import { Scroll } from "../../widgets/scroll.tsx";
import type { ScreenProps } from "../screen.ts";
import { type DiskUse, diskUse } from "./disk-use.ts";
import { LiveMemory } from "./live-memory.ts";
import { lastSteps, phaseBars } from "./phase-bars.tsx";
import { columnsOf, columnWidth } from "./section.tsx";
import { machineLines, memoryLines, proofLines, queueLines, runLines, sandboxLines } from "./sections.tsx";

const CONTEXTS: readonly KeyContext[] = ["list"];
/** Steps whose phases are drawn, and those whose memory is. */
const BARS = 8;
const MEMORY_STEPS = 200;
const DISK_MS = 5000;
/** Width from which there are so many columns. */
const TWO_COLUMNS = 100;
const THREE_COLUMNS = 170;

/** The machinery: what the run works with, where its time and memory go, what the sandbox proved. */
export function System({ width, height, onContexts }: ScreenProps) {
  const view = useRun();
  const source = useSource();
  const { step } = view.status;
  const facts = useQuery(machineFacts, []);
  const memory = useQuery(memorySeries, []);
  const steps = useQuery((database) => lastSteps(database, BARS), []);
  const stored = useQuery(sandboxFigures, [step]);
  const claimedAt = useQuery(
    (database) => database.get<{ at: number }>("SELECT claimed_at AS at FROM engine")?.at ?? null,
    [],
  );
  const disk = useDiskUse(source.run.path);
  useEffect(() => {
    onContexts(CONTEXTS);
    return () => onContexts([]);
  }, [onContexts]);
  const columns = width >= THREE_COLUMNS ? 3 : width >= TWO_COLUMNS ? 2 : 1;
  const inner = columnWidth(columns, width - 4);
  const sections = [
    { title: "Run", lines: runLines(view, source.run, { claimedAt, disk }, inner) },
    {
      title: "Memory",
      lines: memoryLines(view, LiveMemory.of(source).samples, memory, inner),
    },
    { title: "Seconds of the last steps", lines: phaseBars(steps, inner) },
    { title: "Queues", lines: queueLines(view.snapshot, inner) },
    { title: "Sandbox", lines: sandboxLines(facts, view.snapshot, stored, inner) },
    { title: "Proof of the sandbox", lines: proofLines(facts, inner) },
    { title: "Versions, device, model", lines: machineLines(facts, inner) },
  ];
  return (
    <Panel
      title="System"
      note={facts.length === 0 ? "versions come with the loaded model" : ""}
      width={width}
      height={height}
    >
      <Scroll lines={columnsOf(sections, columns, width - 4)} height={height - 2} context="list" />
    </Panel>
  );
}

function memorySeries(database: RunDatabase) {
  const series = (name: string) => metricSeries(database, `memory/${name}`, MEMORY_STEPS);
  return {
    active: series("active"),
    peak: series("peak"),
    cache: series("cache"),
    resident: series("resident"),
  };
}

/** What the sandbox did in all finished steps. */
function sandboxFigures(database: RunDatabase) {
  const figures = metricSums(database, "sandbox");
  const prefix = "sandbox/verdict/";
  const verdicts = Object.entries(figures)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, count]) => [name.slice(prefix.length), count ?? 0] as const);
  return {
    steps: database.get<{ steps: number | null }>("SELECT max(step) AS steps FROM steps")?.steps ?? 0,
    verdicts: Object.fromEntries(verdicts),
    programs: figures["sandbox/programs"] ?? 0,
    seconds: figures["sandbox/seconds"] ?? 0,
  };
}

/** Read anew every so often while the screen is seen; null until the first time. */
function useDiskUse(path: string): DiskUse | null {
  const [use, setUse] = useState<DiskUse | null>(null);
  useEffect(() => {
    let gone = false;
    const read = async () => {
      const next = await diskUse(path).catch(() => null);
      if (!gone) setUse(next);
    };
    void read();
    const timer = setInterval(read, DISK_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [path]);
  return use;
}
