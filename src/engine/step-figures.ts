import prettyMilliseconds from "pretty-ms";
import type { SandboxFigures } from "./metered-executor.ts";

export type Figures = Readonly<Record<string, number>>;

/** The figures under `prefix/name`. */
export function prefixed(prefix: string, figures: Figures): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${prefix}/${name}`, value]));
}

/** Figures of a step that took `seconds`: its length, and the share of it that is neither generation nor update. */
export function withStep(figures: Figures, seconds: number): Record<string, number> {
  const hidden = (figures["generation/seconds"] ?? 0) + (figures["seconds/update"] ?? 0);
  const exposed = seconds > 0 ? Math.max(0, 1 - hidden / seconds) : 0;
  return { ...figures, "seconds/step": seconds, "overlap/exposed": exposed };
}

export function sandboxFigures({ programs, seconds, verdicts }: SandboxFigures): Record<string, number> {
  return {
    "sandbox/programs": programs,
    "sandbox/seconds": seconds,
    ...prefixed("sandbox/verdict", verdicts),
  };
}

/**
 * `step 3 of 20: 41.2 s (propose 20.3, solve 12, update 8.1), generation 61 tokens/s, update 210 tokens/s, overhead 2%`
 * (neither generation nor update); of given
 * texts `step 3 of 20: 8.1 s (update 8), loss 2.31, update 210 tokens/s, 2m 17s left`. `leftMs` is null when unknown.
 */
export function summarise(step: number, steps: number, figures: Figures, leftMs: number | null): string {
  const phases = Object.entries(figures)
    .filter(([name]) => name.startsWith("seconds/") && name !== "seconds/step")
    .map(([name, seconds]) => `${name.slice("seconds/".length)} ${short(seconds)}`);
  const supervised = "epoch" in figures;
  const loss = supervised ? [`loss ${short(figures["update/loss"] ?? Number.NaN)}`] : [];
  const rates = (supervised ? ["update"] : ["generation", "update"]).map(
    (name) => `${name} ${short(figures[`${name}/tokens_per_second`] ?? 0)} tokens/s`,
  );
  const exposed = figures["overlap/exposed"];
  const overhead = supervised || exposed === undefined ? [] : [`overhead ${short(100 * exposed)}%`];
  const left =
    supervised && leftMs
      ? [`${prettyMilliseconds(leftMs, { secondsDecimalDigits: 0, unitCount: 2 })} left`]
      : [];
  const total = short(figures["seconds/step"] ?? 0);
  return `step ${step} of ${steps}: ${total} s (${phases.join(", ")}), ${[...loss, ...rates, ...overhead, ...left].join(", ")}`;
}

/** Three significant digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
