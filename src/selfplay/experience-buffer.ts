import type { Config } from "../config/schema.ts";
import type { Example } from "../interfaces/example.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import { stream } from "../random/stream.ts";
import type { RolloutRecord } from "../runs/records.ts";

/** A right answer with the prompt that it answers. */
export type Solution = Pick<RolloutRecord, "prompt" | "response">;

/**
 * Verified solutions of a run, the newest different ones, at most `capacity`. What it holds depends on nothing but the
 * rollouts in their order, so one that is filled from the database equals the one that saw them.
 */
export class ExperienceBuffer {
  /** In order of the last time that each was found. */
  private readonly solutions = new Map<string, Solution>();

  constructor(
    private readonly settings: Config["selfplay"]["experience"],
    private readonly seed: number,
    private readonly tokenizer: Tokenizer,
    solutions: readonly Solution[],
  ) {
    for (const solution of solutions) this.keep(solution);
  }

  get size(): number {
    return this.solutions.size;
  }

  /** Keeps the verified solutions among a step's rollouts: right answers in the right format. */
  add(rollouts: readonly Omit<RolloutRecord, "id" | "advantage">[]): void {
    if (this.settings.coefficient === 0) return;
    for (const rollout of rollouts) if (isSolution(rollout)) this.keep(rollout);
  }

  /** A step's examples: the prompt, then the response's text, which is covered. */
  sample(step: number): Example[] {
    const random = stream(this.seed, "experience", step);
    return random
      .sample([...this.solutions.values()], this.settings.samples_per_step)
      .map((solution) => this.example(solution));
  }

  private keep({ prompt, response }: Solution): void {
    const key = JSON.stringify([prompt, response]);
    this.solutions.delete(key);
    this.solutions.set(key, { prompt, response });
    for (const oldest of this.solutions.keys()) {
      if (this.solutions.size <= this.settings.capacity) break;
      this.solutions.delete(oldest);
    }
  }

  private example({ prompt, response }: Solution): Example {
    const before = this.tokenizer.encode(prompt, { prompt: true });
    const tokens = this.tokenizer.encode(prompt + response, { prompt: true });
    // Where a token spans the seam, the response is covered from that token on.
    let begin = 0;
    while (begin < before.length && before[begin] === tokens[begin]) begin++;
    const covered = Uint8Array.from(tokens, (_, place) => (place >= Math.max(1, begin) ? 1 : 0));
    return { tokens, covered };
  }
}

function isSolution(rollout: Pick<RolloutRecord, "role" | "verdict" | "reward" | "response">): boolean {
  const { role, verdict, reward, response } = rollout;
  return role === "solve" && verdict === "ok" && reward > 0 && response !== "";
}
