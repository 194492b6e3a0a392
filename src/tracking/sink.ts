import type { EvaluationRecord, RunState } from "../runs/records.ts";
import type { RunSource, TrackedStep } from "./run-source.ts";

/** Where figures go: event files, a W&B run. One call at a time; each resolves when what it was given is handed on. */
export interface Sink {
  /** In words, for messages. */
  readonly name: string;
  /** The last step and evaluation that it has from before; -1 and 0 for none. Those up to them are not sent again. */
  readonly has: { step: number; evaluation: number };
  send(step: TrackedStep): Promise<void>;
  evaluate(evaluation: EvaluationRecord): Promise<void>;
  /** All that is stored was sent; what comes from now on is new. */
  caughtUp(): Promise<void>;
  end(ending: { state: RunState; reason: string }): Promise<void>;
  /** Lets go at once; after an error, or when another tracker takes over. */
  [Symbol.dispose](): void;
}

/** Opens a sink for a run. `say` prints a line to whoever watches. */
export type OpenSink = (run: RunSource, say: (line: string) => void) => Promise<Sink>;
