import { expect, test } from "bun:test";
import type { Executor, ProgramResult } from "../../src/sandbox/executor.ts";
import { Room } from "../../src/sandbox/room.ts";
import { answerPrompt } from "../../src/selfplay/answer-prompt.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../fixtures/scripted-generator.ts";

/** An executor of few places that counts the programs which it holds at one time. */
function counting(places: number) {
  const room = new Room(places);
  const seen = { held: 0, most: 0, ran: 0 };
  const executor: Executor = {
    async run({ calls }) {
      seen.most = Math.max(seen.most, ++seen.held);
      await Promise.resolve();
      seen.held--;
      seen.ran++;
      const value = { type: "bool", value: true } as const;
      const results = calls.map(() => ({ verdict: "ok" as const, value }));
      const measured = { stdout: "", wallMs: 1, cpuMs: 1, peakBytes: 0, flags: [] };
      return { verdict: "ok", calls: results, ...measured } satisfies ProgramResult;
    },
    room: (signal) => room.enter(signal),
    counts: () => ({ running: seen.held, queued: 0, idleWorkers: 0, finished: seen.ran, verdicts: {} }),
  };
  return { executor, seen };
}

test("each sample takes a place before its programs run, so that few wait however many are drawn", async () => {
  const generator = scriptedGenerator(() => "def f(x):\n    return x\n\nassert f(1) == 1\n```");
  const model = { generator, tokenizer: byteTokenizer };
  const { executor, seen } = counting(3);
  const options = { executor, tests: ["assert f(2) == 2"], samples: 500 };
  const solved = await answerPrompt(model, "Return the argument.", { ...options, strategies: ["direct"] });
  expect(solved.verified).toBe(true);
  expect(solved.attempts).toHaveLength(500);
  expect(seen).toEqual({ held: 0, most: 3, ran: 1000 });
});
