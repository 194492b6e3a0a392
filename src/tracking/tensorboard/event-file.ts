import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { RunError } from "../../errors/index.ts";
import type { EvaluationRecord } from "../../runs/records.ts";
import { evaluationFigures, type RunSource, type TrackedStep } from "../run-source.ts";
import type { OpenSink, Sink } from "../sink.ts";
import { scalarValue, sharesHistogram, summaryEvent, textValue, versionEvent } from "./event.ts";
import { frameRecord } from "./record.ts";

/**
 * A sink that writes TensorBoard event files into `directory`. Each opening writes the run anew into a file beside,
 * which takes the place of the one before in one rename when all that is stored is in it: a resumed run has no step
 * twice and none that was rewound, whenever the writer before was killed.
 */
export function tensorboard(directory: string): OpenSink {
  return async (run) => new EventFile(directory, run);
}

class EventFile implements Sink {
  readonly name = "TensorBoard";
  readonly has = { step: -1, evaluation: 0 };
  private readonly handle: number;
  private readonly partial: string;
  private placed = false;

  constructor(
    private readonly directory: string,
    private readonly run: RunSource,
  ) {
    this.partial = join(directory, `.${this.suffix}.${process.pid}.partial`);
    this.handle = guarded(directory, () => {
      mkdirSync(directory, { recursive: true });
      for (const name of this.ours())
        if (name.startsWith(".")) rmSync(join(directory, name), { force: true });
      return openSync(this.partial, "w");
    });
    const { createdAt } = run.status();
    this.write(versionEvent(createdAt));
    this.write(summaryEvent(createdAt, 0, [textValue("config", codeBlock(stringify(run.config)))]));
  }

  async send({ step, at, metrics, solveRates }: TrackedStep): Promise<void> {
    const values = Object.entries(metrics).map(([name, value]) => scalarValue(name, value ?? Number.NaN));
    if (solveRates.length > 0) values.push(sharesHistogram("tasks/solve_rate", solveRates));
    this.write(summaryEvent(at, step, values));
  }

  async evaluate(evaluation: EvaluationRecord): Promise<void> {
    const figures = Object.entries(evaluationFigures(evaluation));
    const values = figures.map(([name, value]) => scalarValue(name, value));
    this.write(summaryEvent(evaluation.finishedAt, evaluation.step, values));
  }

  /** What is stored is written: from here on readers see the file grow. */
  async caughtUp(): Promise<void> {
    if (this.placed) return;
    guarded(this.directory, () => {
      fsyncSync(this.handle);
      const before = this.ours().filter((name) => join(this.directory, name) !== this.partial);
      const seconds = Math.floor(Date.now() / 1000);
      // The pid is in the name: two writings within a second are two files.
      const name = `events.out.tfevents.${seconds}.${process.pid}.${this.suffix}`;
      renameSync(this.partial, join(this.directory, name));
      for (const other of before) if (other !== name) rmSync(join(this.directory, other), { force: true });
    });
    this.placed = true;
  }

  async end(): Promise<void> {
    await this.caughtUp();
    fsyncSync(this.handle);
  }

  [Symbol.dispose](): void {
    closeSync(this.handle);
    if (!this.placed) rmSync(this.partial, { force: true });
  }

  private write(event: Buffer): void {
    const record = frameRecord(event);
    guarded(this.directory, () => writeSync(this.handle, record));
  }

  /** Ends the names of this run's files, so that those of others in the directory stay. */
  private get suffix(): string {
    return `azr-${this.run.identity()}`;
  }

  private ours(): string[] {
    return readdirSync(this.directory).filter((name) => name.includes(this.suffix));
  }
}

function guarded<T>(directory: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    throw new RunError(`event files cannot be written into ${directory}: ${(cause as Error).message}`, {
      mend: "Check the directory, its permissions and the free disk space.",
      cause,
    });
  }
}

/** TensorBoard draws text as Markdown. */
const codeBlock = (text: string): string => text.replace(/^/gm, "    ");
