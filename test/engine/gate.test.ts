import { expect, test } from "bun:test";
import { Gate, StopRequest, unlessAborted } from "../../src/engine/gate.ts";

function listenedGate() {
  const calls: string[] = [];
  const gate = new Gate({ onPause: () => calls.push("pause"), onResume: () => calls.push("resume") });
  return { gate, calls };
}

const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

test("a paused run waits until it is resumed", async () => {
  const { gate, calls } = listenedGate();
  gate.pause();
  let passed = false;
  const passing = gate.pass().then(() => {
    passed = true;
  });
  await Bun.sleep(1);
  expect(passed).toBe(false);
  expect(() => gate.pause()).toThrow("paused already");
  gate.resume();
  await passing;
  expect(() => gate.resume()).toThrow("not paused");
  expect(calls).toEqual(["pause", "resume"]);
});

test("a single step ends in a pause; a resume before its end takes that back", async () => {
  const { gate, calls } = listenedGate();
  gate.step();
  gate.stepDone();
  expect(gate.paused).toBe(true);
  gate.step();
  gate.resume();
  gate.stepDone();
  expect(gate.paused).toBe(false);
  expect(calls).toEqual(["pause", "resume"]);
});

test("a stop wakes who waits, and its first reason stays", async () => {
  const { gate } = listenedGate();
  gate.pause();
  const passing = caught(gate.pass());
  gate.stop("first");
  gate.stop("second");
  expect(await passing).toBeInstanceOf(StopRequest);
  expect((gate.signal.reason as Error).message).toBe("first");
  expect(() => gate.resume()).toThrow("the run is ending");
  gate.stepDone();
  expect(gate.paused).toBe(false);
});

test("work is given up when the signal comes first", async () => {
  const abort = new AbortController();
  expect(await unlessAborted(Promise.resolve(1), abort.signal)).toBe(1);
  const late = caught(unlessAborted(Bun.sleep(60_000), abort.signal));
  abort.abort(new Error("enough"));
  expect(await late).toEqual(new Error("enough"));
  expect(await caught(unlessAborted(Promise.resolve(1), abort.signal))).toEqual(new Error("enough"));
});
