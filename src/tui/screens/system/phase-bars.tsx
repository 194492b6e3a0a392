import { Text } from "ink";
import type { ReactElement } from "react";
import { PHASES, type Phase } from "../../../engine/protocol.ts";
import { metricSeries, type RunDatabase } from "../../../runs/index.ts";
import type { ChartColour } from "../../charts/line-chart.ts";
import { colour, emphasis } from "../../theme.ts";

/** How a phase is drawn: in a colour, and in a pattern that tells it without. */
const LOOKS: Readonly<Record<Exclude<Phase, "load" | "seed">, { pattern: string; colour: ChartColour }>> = {
  propose: { pattern: "█", colour: "cyan" },
  validate: { pattern: "▒", colour: "white" },
  solve: { pattern: "▓", colour: "yellow" },
  grade: { pattern: "╱", colour: "blue" },
  update: { pattern: "░", colour: "magenta" },
  checkpoint: { pattern: "▞", colour: "green" },
  evaluate: { pattern: "▚", colour: "red" },
};
type StepPhase = keyof typeof LOOKS;

const isStepPhase = (phase: Phase): phase is StepPhase => phase in LOOKS;
const STEP_PHASES = PHASES.filter(isStepPhase);

/** One finished step's seconds, whole and by phase. */
export interface StepSeconds {
  step: number;
  total: number;
  phases: readonly { phase: StepPhase; seconds: number }[];
}

/** The last `count` steps, the newest first. */
export function lastSteps(database: RunDatabase, count: number): StepSeconds[] {
  const seconds = new Map(
    STEP_PHASES.map((phase) => [
      phase,
      new Map(metricSeries(database, `seconds/${phase}`, count).map(({ step, value }) => [step, value ?? 0])),
    ]),
  );
  return metricSeries(database, "seconds/step", count)
    .reverse()
    .map(({ step, value }) => ({
      step,
      total: value ?? 0,
      phases: STEP_PHASES.map((phase) => ({ phase, seconds: seconds.get(phase)?.get(step) ?? 0 })),
    }));
}

/** A bar for each step, the longest over the whole width; what no phase accounts for is left blank. */
export function phaseBars(steps: readonly StepSeconds[], width: number): ReactElement[] {
  const nameWidth = Math.max(4, ...steps.map(({ step }) => String(step).length)) + 1;
  const room = Math.max(4, width - nameWidth - 9);
  // An evaluation comes after its step, and is not part of the step's own seconds.
  const whole = ({ total, phases }: StepSeconds) =>
    Math.max(
      total,
      phases.reduce((sum, { seconds }) => sum + seconds, 0),
    );
  const longest = Math.max(1e-9, ...steps.map(whole));
  const used = STEP_PHASES.filter((phase) =>
    steps.some(({ phases }) => phases.some((one) => one.phase === phase && one.seconds > 0)),
  );
  const bars = steps.map((step) => (
    <Text key={`step ${step.step}`} wrap="truncate">
      <Text {...emphasis.faint()}>{`${String(step.step).padStart(nameWidth - 1)} `}</Text>
      <Text>{`${step.total.toFixed(1).padStart(6)} s `}</Text>
      {segments(step, longest, room).map(({ phase, cells }) => (
        <Text key={phase} color={colour(LOOKS[phase].colour)}>
          {LOOKS[phase].pattern.repeat(cells)}
        </Text>
      ))}
    </Text>
  ));
  if (bars.length === 0) return [];
  return [...bars, ...legend(used, width)];
}

/** What each pattern stands for, on as many lines as it takes. */
function legend(phases: readonly StepPhase[], width: number): ReactElement[] {
  const lines: StepPhase[][] = [[]];
  let room = width;
  for (const phase of phases) {
    const cells = phase.length + 4;
    if (cells - 2 > room) {
      lines.push([]);
      room = width;
    }
    room -= cells;
    lines.at(-1)?.push(phase);
  }
  return lines.map((line) => (
    <Text key={`phases ${line[0]}`} wrap="truncate">
      {line.map((phase) => (
        <Text key={phase} color={colour(LOOKS[phase].colour)}>
          {`${LOOKS[phase].pattern} ${phase}  `}
        </Text>
      ))}
    </Text>
  ));
}

/** Cells of each phase: rounded where they end, so that their sum is right. */
function segments({ phases }: StepSeconds, longest: number, room: number) {
  let seconds = 0;
  let cells = 0;
  return phases.map(({ phase, seconds: own }) => {
    seconds += own;
    const end = Math.min(room, Math.round((seconds / longest) * room));
    const part = { phase, cells: Math.max(0, end - cells) };
    cells = Math.max(cells, end);
    return part;
  });
}
