import type { ConfigInput } from "../../config/schema.ts";
import type { TaskModel } from "../../selfplay/proposers/propose-task.ts";
import { type ModelChoice, openChosenModel } from "./chosen-model.ts";

/** A chosen model as the parts that write and solve tasks take it, with its run's settings of self-play. */
export interface OpenedTaskModel extends AsyncDisposable {
  model: TaskModel;
  title: string;
  /** Empty for a model as it came. */
  selfplay: NonNullable<ConfigInput["selfplay"]>;
}

/** Loads the chosen model and its tokenizer. */
export async function openTaskModel(choice: ModelChoice): Promise<OpenedTaskModel> {
  const { host, title, trained } = await openChosenModel(choice);
  await using opened = new AsyncDisposableStack();
  opened.use(host);
  const { loadTokenizer } = await import("../../tokenizer/load.ts");
  const tokenizer = await loadTokenizer(host.info.path);
  const selfplay = trained?.run.config().selfplay ?? {};
  const kept = opened.move();
  return {
    model: { generator: host, tokenizer, ownStyle: host.info.promptStyle },
    title,
    selfplay,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
