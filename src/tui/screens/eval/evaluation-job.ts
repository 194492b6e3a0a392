import type { BenchmarkName } from "../../../config/benchmark-name.ts";
import type { Config } from "../../../config/schema.ts";

/** What the job is about and how far it is. */
export interface JobState {
  title: string;
  /** The last line that it said. */
  line: string;
  /** Null while it works; then its exit code. */
  exitCode: number | null;
}

/**
 * `azr-tui eval` for one checkpoint of a run that no engine is at work on, as a process of its own: models are never
 * loaded here. It stores its result in the run's database, where the screens find it; it ends with the screens, and
 * the same command goes on where it was.
 */
export class EvaluationJob {
  #state: JobState;
  readonly #listeners = new Set<() => void>();
  readonly #child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly #onExit = () => this.stop();

  constructor(command: readonly string[], title: string) {
    this.#state = { title, line: "starting", exitCode: null };
    this.#child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    process.on("exit", this.#onExit);
    void this.#follow(this.#child.stderr);
    void this.#follow(this.#child.stdout);
    void this.#child.exited.then((exitCode) => {
      process.off("exit", this.#onExit);
      this.#update({ exitCode });
    });
  }

  getState = (): JobState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** What is judged by now is kept. */
  stop(): void {
    this.#child.kill("SIGTERM");
  }

  async #follow(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      const line = Bun.stripANSI(decoder.decode(bytes, { stream: true }))
        .split(/[\r\n]+/)
        .findLast((one) => one.trim() !== "");
      if (line !== undefined) this.#update({ line: line.trim() });
    }
  }

  #update(change: Partial<JobState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** The command line that scores a checkpoint as the run's own evaluations are made, with the same draws and problems. */
export function evaluationArguments(
  run: string,
  { seed, evaluation }: Config,
  { benchmark, step }: { benchmark: BenchmarkName | string; step: number },
): string[] {
  const { limit, format, samples, temperature, top_p, max_tokens } = evaluation;
  const data = evaluation.data[benchmark as BenchmarkName];
  return [
    ...["eval", run, "--benchmark", benchmark, "--checkpoint", `checkpoint-${step}`],
    ...["--limit", String(limit), "--format", format, "--seed", String(seed)],
    ...(data ? ["--data", data] : []),
    ...(samples > 1 ? ["--samples", String(samples), "--k", `1,${samples}`] : []),
    ...(temperature === undefined ? [] : ["--temperature", String(temperature)]),
    ...(top_p === 1 ? [] : ["--top-p", String(top_p)]),
    ...(max_tokens === 0 ? [] : ["--max-tokens", String(max_tokens)]),
  ];
}
