import type { GenerationRequest, Generator, Sample } from "../interfaces/generator.ts";
import type { Role, TaskType } from "../interfaces/role.ts";
import type { SelfPlayHooks, SelfPlayPhase } from "./hooks.ts";

/** A request for samples, with what a viewer is told about them. */
export interface RolloutRequest extends GenerationRequest {
  role: Role;
  type: TaskType;
  /** Text that the samples go on from, for live display. */
  opening: string;
}

export interface JudgedSample<T> {
  sample: Sample;
  judgement: T;
}

/**
 * Generates all requests in one call and judges every sample as soon as it ends, so that the sandbox works
 * while the model does. Result [r][s]: sample s of request r with its judgement. `generating` is the phase
 * while samples are drawn, `judging` what is left to judge afterwards.
 */
export async function rollOut<T>(
  generator: Generator,
  requests: readonly RolloutRequest[],
  judge: (request: number, sample: Sample) => Promise<T>,
  phases: { generating: SelfPlayPhase; judging: SelfPlayPhase | null },
  hooks: SelfPlayHooks,
): Promise<JudgedSample<T>[][]> {
  hooks.onPhase?.(phases.generating);
  const judgements: (Promise<T> | undefined)[][] = requests.map(() => []);
  let judged = 0;
  let tokensPerSecond = 0;
  const start = (request: number, index: number, sample: Sample): Promise<T> => {
    const promise = judge(request, sample).finally(() => judged++);
    // A failure is reported where the promise is awaited, after generation: until then it is not unhandled.
    promise.catch(() => undefined);
    (judgements[request] as (Promise<T> | undefined)[])[index] = promise;
    return promise;
  };

  const samples = await generator.generate(requests, {
    signal: hooks.signal,
    onSample: (request, index, sample) => {
      if (sample.finish !== "aborted") start(request, index, sample);
    },
    onProgress: (progress) => {
      tokensPerSecond = progress.tokensPerSecond;
      hooks.onProgress?.({
        phase: phases.generating,
        done: progress.finished,
        total: progress.total,
        unit: "samples",
        tokensPerSecond,
      });
      const shown = progress.live && requests[progress.live.request];
      if (progress.live && shown) {
        hooks.onLive?.({ role: shown.role, type: shown.type, text: shown.opening + progress.live.text });
      }
    },
  });
  hooks.signal?.throwIfAborted();

  const total = samples.reduce((sum, group) => sum + group.length, 0);
  if (phases.judging) hooks.onPhase?.(phases.judging);
  return await Promise.all(
    samples.map((group, request) =>
      Promise.all(
        group.map(async (sample, index) => {
          const judgement = await (judgements[request]?.[index] ?? start(request, index, sample));
          if (phases.judging) {
            hooks.onProgress?.({
              phase: phases.judging,
              done: judged,
              total,
              unit: "programs",
              tokensPerSecond: 0,
            });
          }
          return { sample, judgement };
        }),
      ),
    ),
  );
}
