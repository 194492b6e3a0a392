import { installPackage } from "../../cache/pip-install.ts";
import type { Config } from "../../config/schema.ts";
import type { EvaluationRecord, RunState } from "../../runs/records.ts";
import type { RunDirectory } from "../../runs/run-directory.ts";
import { evaluationFigures, type TrackedStep } from "../run-source.ts";
import type { OpenSink, Sink } from "../sink.ts";
import { WandbProcess } from "./process.ts";

/** The client that is installed on first use. */
const CLIENT = "wandb==0.31.0";

export type WandbSettings = Config["tracking"]["wandb"];

type Figures = Record<string, number | null>;

/**
 * A sink that is a W&B run, one row a step; the scores of an evaluation are in the row of its step, or in the next
 * one when they come later. Its id is the run's identity: a resumed run goes on in it, and steps that W&B has
 * are not sent again (they come out the same, since a resume is exact).
 */
export function wandbRun(directory: RunDirectory, settings: WandbSettings): OpenSink {
  return async (run, say) => {
    const packages = await installPackage(CLIENT, () =>
      say(`installing ${CLIENT} with pip (once; about 80 MB on disk)`),
    );
    const client = new WandbProcess(packages, say);
    try {
      const { step, evaluation, place } = await client.ask({
        do: "init",
        ...settings,
        name: settings.name ?? directory.name,
        id: run.identity(),
        folder: directory.path,
        config: run.config,
      });
      const onPlace = (where: string) => say(`W&B run: ${where}`);
      if (place) onPlace(place);
      return new WandbRun(client, { step: step ?? -1, evaluation: evaluation ?? 0 }, onPlace);
    } catch (error) {
      client[Symbol.dispose]();
      throw error;
    }
  };
}

class WandbRun implements Sink {
  readonly name = "W&B";
  private row: { step: number; figures: Figures } | null = null;
  /** Scores that came after their step's row was sent. */
  private late: Figures = {};

  constructor(
    private readonly client: WandbProcess,
    readonly has: { step: number; evaluation: number },
    private readonly onPlace: (where: string) => void,
  ) {}

  async send({ step, metrics }: TrackedStep): Promise<void> {
    await this.flush();
    this.row = { step, figures: { ...metrics, ...this.late } };
    this.late = {};
  }

  async evaluate(evaluation: EvaluationRecord): Promise<void> {
    const figures = {
      ...evaluationFigures(evaluation),
      "evaluation/step": evaluation.step,
      "evaluation/id": evaluation.id,
    };
    Object.assign(this.row?.figures ?? this.late, figures);
  }

  async caughtUp(): Promise<void> {
    await this.flush();
  }

  async end({ state }: { state: RunState }): Promise<void> {
    await this.flush();
    await this.client.ask({ do: "finish", figures: this.late, code: state === "crashed" ? 1 : 0 });
  }

  [Symbol.dispose](): void {
    this.client[Symbol.dispose]();
  }

  private async flush(): Promise<void> {
    if (this.row === null) return;
    const { place } = await this.client.ask({ do: "row", ...this.row });
    if (place) this.onPlace(place);
    this.row = null;
  }
}
