import { EngineError } from "../errors/index.ts";
import { packError } from "../errors/kinds.ts";
import type { Generator } from "../interfaces/generator.ts";
import type { Learner, UpdateProgress } from "../interfaces/learner.ts";
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

/** A loaded model as the worker serves it. */
export interface ServedModel {
  info: ModelInfo;
  generator: Generator;
  /** Null for a model that only generates. */
  learner: Learner | null;
  memory(): ModelMemory;
  /** The peak is measured anew from here. */
  resetPeak(): void;
  dispose(): void;
}

/** One end of a worker's message channel. */
export interface Channel {
  postMessage(reply: ModelReply): void;
  onmessage: ((event: MessageEvent<ModelRequest>) => void) | null;
}

/**
 * Serves requests over a channel, one at a time and in order. A save does not wait: the weights change in one go, so
 * whenever a message can be read they are those of a finished update. Failures are answered; the service goes on.
 */
export function serveModel(channel: Channel, load: (settings: ModelSettings) => Promise<ServedModel>): void {
  const service = new ModelService(channel, load);
  let queue = Promise.resolve();
  channel.onmessage = ({ data }) => {
    if (data.kind === "save") void service.serve(data);
    else queue = queue.then(() => service.serve(data));
  };
}

class AbortedError extends Error {}

class ModelService {
  private model: ServedModel | null = null;
  private flags = new ModelFlags();

  constructor(
    private readonly channel: Channel,
    private readonly load: (settings: ModelSettings) => Promise<ServedModel>,
  ) {}

  async serve(request: ModelRequest): Promise<void> {
    try {
      const value = await this.perform(request);
      const memory = this.model?.memory() ?? NO_MEMORY;
      this.channel.postMessage({ kind: "result", id: request.id, value, memory });
    } catch (error) {
      const aborted = error instanceof AbortedError;
      this.channel.postMessage({ kind: "error", id: request.id, error: packError(error), aborted });
    }
  }

  private async perform(request: ModelRequest): Promise<ModelResults[keyof ModelResults]> {
    switch (request.kind) {
      case "load":
        this.flags = new ModelFlags(request.flags);
        this.model = await this.load(request.settings);
        return this.model.info;
      case "generate":
        return await this.generate(request);
      case "update":
        return await this.learner().update(request.batch, {
          ...this.training(request),
          ...(request.experience ? { experience: request.experience } : {}),
        });
      case "fit":
        return await this.learner().fit(request.batch, this.training(request));
      case "validate":
        return await this.learner().validate(request.batch, this.training(request));
      case "begin":
        await this.learner().begin(request.directory);
        return null;
      case "configure":
        await this.learner().configure(request.training);
        return null;
      case "save":
        await this.learner().save(request.directory);
        return null;
      case "restore":
        await this.learner().restore(request.directory);
        return null;
      case "resetPeak":
        this.loaded().resetPeak();
        return null;
      case "dispose":
        this.model?.dispose();
        this.model = null;
        return null;
    }
  }

  private async generate({ id, requests }: ModelRequest & { kind: "generate" }) {
    const model = this.loaded();
    const abort = new AbortController();
    const heed = () => {
      this.flags.wait(id);
      if (this.flags.isAborted(id)) abort.abort();
    };
    heed();
    return await model.generator.generate(requests, {
      signal: abort.signal,
      onSample: (request, sample, value) => {
        this.channel.postMessage({ kind: "sample", id, request, sample, value });
        heed();
      },
      onProgress: (progress) => {
        this.channel.postMessage({ kind: "generated", id, progress, memory: model.memory() });
        heed();
      },
    });
  }

  /** How training work reports, sleeps and gives up. */
  private training({ id, ...request }: { id: number; step?: number; steps?: number }) {
    const model = this.loaded();
    const heed = () => {
      this.flags.wait(id);
      // Progress is reported before the weights change: thrown here, they stay as they were.
      if (this.flags.isAborted(id)) throw new AbortedError("the work was given up");
    };
    heed();
    return {
      step: request.step ?? 0,
      ...(request.steps === undefined ? {} : { steps: request.steps }),
      onProgress: (progress: UpdateProgress) => {
        this.channel.postMessage({ kind: "updated", id, progress, memory: model.memory() });
        heed();
      },
    };
  }

  private loaded(): ServedModel {
    if (!this.model) throw new EngineError("no model is loaded");
    return this.model;
  }

  private learner(): Learner {
    const { learner } = this.loaded();
    if (!learner) throw new EngineError("the model was loaded to generate only: it has nothing to train");
    return learner;
  }
}
