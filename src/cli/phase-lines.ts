import type { Progress, Snapshot } from "../engine/protocol.ts";
import { amount, progressText, rateText } from "./progress-line.ts";

const GENERATING = new Set(["seed", "propose", "solve"]);

/** Turns the snapshots of an engine into one line per phase, when the phase has ended. */
export class PhaseLines {
  #current: Progress | null = null;
  #generationRate = 0;

  /** The line of the phase that this snapshot shows to be over, or null. */
  next({ progress, generationRate }: Snapshot): string | null {
    const last = this.#current;
    const rate = this.#generationRate;
    this.#current = progress;
    this.#generationRate = generationRate;
    if (!last || !hasEnded(last, progress)) return null;
    return phaseLine(last, rate);
  }

  /** The line of the phase under way, which is over. */
  end(): string | null {
    const line = this.#current && phaseLine(this.#current, this.#generationRate);
    this.#current = null;
    return line;
  }

  /** How far the phase under way is; empty between phases. */
  get live(): string {
    const progress = this.#current;
    if (!progress) return "";
    const { phase, step, done, total, unit, rate, elapsedMs } = progress;
    const note = GENERATING.has(phase) ? rateText(this.#generationRate, "tokens") : `${seconds(elapsedMs)}`;
    const label = title(step, phase);
    return progressText({ label, done, total: total || null, unit, rate, note }, elapsedMs / 1000);
  }
}

function hasEnded(last: Progress, now: Progress | null): boolean {
  return now === null || now.phase !== last.phase || now.step !== last.step;
}

/** `step 3  propose    14.2 s  18 samples  1.27 samples/s  61 tokens/s`. */
function phaseLine({ phase, step, done, unit, rate, elapsedMs }: Progress, generationRate: number): string {
  const parts = [title(step, phase), seconds(elapsedMs)];
  if (done > 0) parts.push(amount(done, unit));
  // What validation and grading find left after generation took no time of its own: its rate says nothing.
  if (done > 0 && elapsedMs >= MEASURABLE_MS) parts.push(rateText(rate, unit));
  if (GENERATING.has(phase) && generationRate > 0) parts.push(rateText(generationRate, "tokens"));
  return parts.join("  ");
}

const MEASURABLE_MS = 100;
const title = (step: number, phase: string) => `step ${step}  ${phase.padEnd(10)}`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`.padStart(7);
