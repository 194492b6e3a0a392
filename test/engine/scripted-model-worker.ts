import type { Channel } from "../../src/engine/model-service.ts";
import { serveModel } from "../../src/engine/model-service.ts";
import { scriptedModel } from "./scripted-model.ts";

// The model's name carries its pace: milliseconds a token.
serveModel(globalThis as unknown as Channel, async ({ name, learner }) =>
  scriptedModel(Number(name), learner?.training.optimizer.learning_rate),
);
