import { expect, test } from "bun:test";
import { PhaseTimer } from "../../src/engine/phase-timer.ts";
import { RunClock } from "../../src/engine/run-clock.ts";

function timed() {
  let now = 0;
  const clock = new RunClock(() => now);
  return {
    clock,
    timer: new PhaseTimer(clock),
    after: (ms: number) => {
      now += ms;
    },
  };
}

test("phases add up; time in a pause does not count", () => {
  const { clock, timer, after } = timed();
  timer.enter("propose", 1);
  after(1000);
  timer.enter("update", 1);
  after(500);
  clock.pause();
  after(60_000);
  clock.resume();
  after(500);
  timer.enter("propose", 1);
  after(2000);
  timer.leave();
  expect(timer.take()).toEqual({ propose: 3, update: 1 });
  expect(timer.take()).toEqual({});
});

test("a phase that is paused has no rate, and has it again afterwards", () => {
  const { clock, timer, after } = timed();
  timer.enter("solve", 2);
  after(2000);
  timer.report(10, 40, "samples");
  clock.pause();
  after(8000);
  expect(timer.progress()).toMatchObject({ done: 10, rate: 0, elapsedMs: 2000 });
  clock.resume();
  expect(timer.progress()).toMatchObject({ done: 10, rate: 5, elapsedMs: 2000 });
});

test("progress has the rate since the phase began, also across a take", () => {
  const { timer, after } = timed();
  expect(timer.progress()).toBeNull();
  timer.enter("solve", 2);
  after(2000);
  timer.report(10, 40, "samples");
  const progress = { phase: "solve", step: 2, done: 10, total: 40, unit: "samples" } as const;
  expect(timer.progress()).toEqual({ ...progress, rate: 5, elapsedMs: 2000 });
  expect(timer.take()).toEqual({ solve: 2 });
  after(1000);
  expect(timer.progress()).toMatchObject({ phase: "solve", done: 10 });
  expect(timer.take()).toEqual({ solve: 1 });
});
