import type { OnDownloadProgress } from "../cache/pip-download.ts";
import type { Config } from "../config/schema.ts";
import { EngineError } from "../errors/index.ts";
import { unpackError } from "../errors/kinds.ts";
import type { Example } from "../interfaces/example.ts";
import type { GenerationHooks, GenerationRequest, Generator, Sample } from "../interfaces/generator.ts";
import type {
  FitResult,
  Learner,
  SupervisedTerm,
  UpdateOptions,
  UpdateProgress,
  UpdateResult,
} from "../interfaces/learner.ts";
import type { Trajectory } from "../interfaces/trajectory.ts";
import { resolveModel } from "../models/resolve.ts";
import { ensureNative } from "../native-setup/index.ts";
import {
  ModelFlags,
  type ModelInfo,
  type ModelMemory,
  type ModelReply,
  type ModelRequest,
  type ModelResults,
  type ModelSettings,
  NO_MEMORY,
} from "./model-messages.ts";

export interface OpenModelOptions {
  /** As in `config.model.source`. */
  source: string;
  device?: ModelSettings["device"];
  quantize?: ModelSettings["quantize"];
  adapter?: ModelSettings["adapter"];
  /** What to train; absent for a model that only generates. */
  learner?: ModelSettings["learner"];
  /** Downloads and compilation, on first use. */
  onProgress?: OnDownloadProgress;
}

/**
 * Finds a model (fetching it and the native layer on first use) and loads it in a worker thread of its own, the
 * only one that touches MLX. Raises ModelLoadError, SetupError or EngineError.
 */
export async function openModel(options: OpenModelOptions): Promise<ModelHost> {
  const progress = options.onProgress ? { onProgress: options.onProgress } : {};
  const { path, name, format } = await resolveModel(options.source, progress);
  // Here rather than by the worker, for the progress.
  await ensureNative(progress);
  return await ModelHost.start(new Worker(new URL("./model-worker.ts", import.meta.url)), {
    path,
    name,
    format,
    device: options.device ?? "auto",
    quantize: options.quantize ?? "none",
    ...(options.adapter === undefined ? {} : { adapter: options.adapter }),
    ...(options.learner ? { learner: options.learner } : {}),
  });
}

export interface TrainingOptions {
  onProgress?: (progress: UpdateProgress) => void;
  signal?: AbortSignal;
}

function training({ signal, onProgress }: TrainingOptions) {
  return {
    ...(signal ? { signal } : {}),
    onReply: (reply: ModelReply) => {
      if (reply.kind === "updated") onProgress?.(reply.progress);
    },
  };
}

type StepOptions = Pick<UpdateOptions, "step" | "steps">;

const position = ({ step, steps }: StepOptions) => ({ step, ...(steps === undefined ? {} : { steps }) });

type RequestKind = keyof ModelResults;
type Payload<K extends RequestKind> = Omit<Extract<ModelRequest, { kind: K }>, "kind" | "id">;

interface Pending {
  resolve: (value: ModelResults[RequestKind]) => void;
  reject: (error: unknown) => void;
  onReply?: (reply: ModelReply) => void;
  /** What the caller gets when the worker gave up at the caller's wish. */
  abortReason: () => unknown;
}

/**
 * The orchestrator's end of the model worker: the model's Generator and Learner, by messages. Errors of the
 * worker arrive in their own class; when its thread dies, everything under way and later is rejected with
 * EngineError.
 */
export class ModelHost implements Generator, Learner, AsyncDisposable {
  private readonly pending = new Map<number, Pending>();
  private readonly flags = new ModelFlags();
  private nextId = 1;
  private dead: EngineError | null = null;
  private lastMemory: ModelMemory = NO_MEMORY;
  private loaded: ModelInfo | null = null;

  private constructor(private readonly worker: Worker) {
    worker.onmessage = (event: MessageEvent<ModelReply>) => this.receive(event.data);
    worker.onerror = (event) => this.die(`the model worker failed: ${event.message}`);
    worker.addEventListener("close", () => this.die("the model worker ended"));
  }

  /** Starts the worker and loads the model. Raises ModelLoadError or EngineError. */
  static async start(worker: Worker, settings: ModelSettings): Promise<ModelHost> {
    const host = new ModelHost(worker);
    try {
      host.loaded = await host.request("load", { settings, flags: host.flags.buffer });
      return host;
    } catch (error) {
      host.worker.terminate();
      throw error;
    }
  }

  get info(): ModelInfo {
    if (!this.loaded) throw new EngineError("the model is not loaded yet");
    return this.loaded;
  }

  /** As of the worker's last message. */
  get memory(): ModelMemory {
    return this.lastMemory;
  }

  /** Takes effect within a fraction of a second, in the middle of a generation or an update too. */
  pause(): void {
    this.flags.pause();
  }

  resume(): void {
    this.flags.resume();
  }

  async generate(requests: readonly GenerationRequest[], hooks: GenerationHooks = {}): Promise<Sample[][]> {
    return await this.request(
      "generate",
      { requests },
      {
        ...(hooks.signal ? { signal: hooks.signal } : {}),
        onReply: (reply) => {
          if (reply.kind === "sample") hooks.onSample?.(reply.request, reply.sample, reply.value);
          else if (reply.kind === "generated") hooks.onProgress?.(reply.progress);
        },
      },
    );
  }

  /** An aborted update rejects with the signal's reason and leaves the weights as they were. */
  async update(
    batch: readonly Trajectory[],
    options: TrainingOptions & StepOptions & { experience?: SupervisedTerm },
  ): Promise<UpdateResult> {
    const { experience } = options;
    const payload = { batch, ...(experience ? { experience } : {}), ...position(options) };
    return await this.request("update", payload, training(options));
  }

  /** As `update`. */
  async fit(batch: readonly Example[], options: TrainingOptions & StepOptions): Promise<FitResult> {
    return await this.request("fit", { batch, ...position(options) }, training(options));
  }

  async validate(batch: readonly Example[], options: TrainingOptions): Promise<FitResult> {
    return await this.request("validate", { batch }, training(options));
  }

  async begin(directory: string): Promise<void> {
    await this.request("begin", { directory });
  }

  async configure(training: Config["training"]): Promise<void> {
    await this.request("configure", { training });
  }

  async save(directory: string): Promise<void> {
    await this.request("save", { directory });
  }

  async restore(directory: string): Promise<void> {
    await this.request("restore", { directory });
  }

  /** MLX's peak is measured anew from here. */
  async resetPeak(): Promise<void> {
    await this.request("resetPeak", {});
  }

  /** Gives up what is under way, frees the model and ends the worker. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.flags.abort(this.nextId - 1);
    this.flags.resume();
    if (!this.dead) await this.request("dispose", {});
    this.dead ??= new EngineError("the model was closed");
    this.worker.terminate();
  }

  private async request<K extends RequestKind>(
    kind: K,
    payload: Payload<K>,
    options: { signal?: AbortSignal; onReply?: (reply: ModelReply) => void } = {},
  ): Promise<ModelResults[K]> {
    if (this.dead) throw this.dead;
    const id = this.nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<ModelResults[RequestKind]>();
    const { signal, onReply } = options;
    const abort = () => this.flags.abort(id);
    this.pending.set(id, {
      resolve,
      reject,
      ...(onReply ? { onReply } : {}),
      abortReason: () => signal?.reason ?? new EngineError("the model was closed"),
    });
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    this.worker.postMessage({ kind, id, ...payload });
    try {
      return (await promise) as ModelResults[K];
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  private receive(reply: ModelReply): void {
    const pending = this.pending.get(reply.id);
    if (!pending) return;
    if ("memory" in reply) this.lastMemory = reply.memory;
    if (reply.kind === "result") pending.resolve(reply.value);
    else if (reply.kind === "error") {
      pending.reject(reply.aborted ? pending.abortReason() : unpackError(reply.error));
    } else {
      pending.onReply?.(reply);
      return;
    }
    this.pending.delete(reply.id);
  }

  private die(message: string): void {
    this.dead ??= new EngineError(message, { mend: "Go on from the last checkpoint with --resume." });
    for (const { reject } of this.pending.values()) reject(this.dead);
    this.pending.clear();
  }
}
