import { expect, test } from "bun:test";
import { checkRequest } from "../../src/generation/request-check.ts";
import type { GenerationRequest } from "../../src/interfaces/generator.ts";

const SIZES = { contextLength: 8, vocabularySize: 100 };
const request = (change: Partial<GenerationRequest>): GenerationRequest => ({
  prompt: [1, 2, 3],
  samples: 1,
  maxTokens: 4,
  temperature: 1,
  seed: 0,
  ...change,
});

test.each<[Partial<GenerationRequest>, string]>([
  [{ prompt: [] }, "a prompt of 0 tokens: this model takes 1 to 7"],
  [{ prompt: new Array(8).fill(1) }, "a prompt of 8 tokens"],
  [{ prompt: [1, 100] }, "token 100 in a prompt: this model has 100 tokens"],
  [{ samples: 1.5 }, "samples is a whole number, and 1.5 came"],
  [{ maxTokens: 0 }, "maxTokens is a whole number above 0, and 0 came"],
  [{ temperature: -1 }, "temperature is 0 or at least 0.0001, and -1 came"],
  [{ temperature: Number.NaN }, "temperature is 0 or at least 0.0001"],
  [{ temperature: 1e-40 }, "temperature is 0 or at least 0.0001"],
  [{ topK: -1 }, "topK is a whole number, and -1 came"],
  [{ topP: 0 }, "topP is above 0 and at most 1, and 0 came"],
  [{ minP: 2 }, "minP is between 0 and 1, and 2 came"],
  [{ repetitionPenalty: 0 }, "repetitionPenalty is above 0, and 0 came"],
  [{ repetitionWindow: 0.5 }, "repetitionWindow is a whole number, and 0.5 came"],
  [{ stop: ["a", ""] }, 'stop is a list of strings that are not empty, and ["a",""] came'],
])("%j is refused", (change, message) => {
  expect(() => checkRequest(request(change), SIZES)).toThrow(message);
});

test("what is at the limits is taken", () => {
  for (const change of [
    { prompt: new Array(7).fill(99) },
    { samples: 0 },
    { temperature: 0, topK: 3, topP: 1, minP: 1, repetitionPenalty: 1.2, repetitionWindow: 5, stop: ["x"] },
  ]) {
    expect(() => checkRequest(request(change), SIZES)).not.toThrow();
  }
});
