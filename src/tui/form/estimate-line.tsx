import { Text } from "ink";
import prettyBytes from "pretty-bytes";
import { useEffect, useMemo, useState } from "react";
import type { Config } from "../../config/schema.ts";
import type { MemoryNeed, Services } from "../services.ts";
import { emphasis } from "../theme.ts";
import { estimateStep, type StepTime } from "./step-times.ts";

/** Keys that come faster ask for no estimate of their own, milliseconds. */
const QUIET_MS = 150;

/** What a run will take as it stands: memory from its model's headers, time from earlier runs alone. Two lines. */
export function EstimateLine(props: {
  config: Config | null;
  services: Services;
  times: readonly StepTime[];
  width: number;
}) {
  const { config, services, times } = props;
  const memory = useMemory(config, services);
  const step = useMemo(() => config && estimateStep(config, times), [config, times]);
  return (
    <>
      <Text
        wrap="truncate"
        {...emphasis.faint()}
      >{` memory  ${config ? memory : "unknown while something is wrong"}`}</Text>
      <Text wrap="truncate" {...emphasis.faint()}>{` time    ${stepWords(step, config)}`}</Text>
    </>
  );
}

function useMemory(config: Config | null, services: Services): string {
  const [words, setWords] = useState("...");
  useEffect(() => {
    if (!config) return;
    let gone = false;
    const timer = setTimeout(() => {
      services.memory(config).then(
        (need) => !gone && setWords(memoryWords(need)),
        (error: unknown) => !gone && setWords(`unknown: ${error instanceof Error ? error.message : error}`),
      );
    }, QUIET_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [config, services]);
  return words;
}

function memoryWords(need: MemoryNeed | null): string {
  if (!need) return "unknown until the model is here: azr-tui models pull, or models info";
  const { device, generation, training } = need;
  const parts = [
    ...(generation > 0 ? [`${prettyBytes(generation)} generating`] : []),
    `${prettyBytes(training)} training`,
  ];
  return `MLX up to ${parts.join(", ")}, ${device.toUpperCase()}`;
}

function stepWords(step: ReturnType<typeof estimateStep> | null, config: Config | null): string {
  if (!step || !config) return "unknown while something is wrong";
  if (step.kind === "unknown") return "unknown: no earlier run of this model here";
  const seconds = `${Number(step.seconds.toPrecision(2))} s`;
  if (step.kind === "same") {
    const { algorithm } = config.training;
    const whole =
      algorithm.type === "sft" && algorithm.epochs > 0
        ? ""
        : `, ${duration(step.seconds * config.steps)} for ${config.steps}`;
    return `about ${seconds} a step${whole}, as ${step.run} took`;
  }
  const [first, ...more] = step.differs;
  const others = more.length > 0 ? ` and ${more.length} more` : "";
  return `unknown; ${seconds} a step in ${step.run}, with another ${first}${others}`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
