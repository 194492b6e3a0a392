import { expect, test } from "bun:test";
import { Idleness } from "../../src/sandbox/idleness.ts";
import type { Schedule } from "../../src/sandbox/process-table.ts";

/** Looks every 50 ms at a process, by what each look shows; the time of the look that ends it, or null. */
function ended(limitMs: number, looks: Schedule[], every = 50): number | null {
  const idleness = new Idleness(limitMs);
  const at = looks.findIndex((look, i) => idleness.exceeds(i * every, look));
  return at < 0 ? null : at * every;
}

const looks = (count: number, look: (ms: number) => Schedule) =>
  Array.from({ length: count }, (_, i) => look(i * 50));

test("a process that sleeps is ended after the limit, and not before", () => {
  expect(
    ended(
      1000,
      looks(100, () => ({ cpuMs: 20, waitedMs: 3, state: "S" })),
    ),
  ).toBe(1000);
  expect(
    ended(
      1000,
      looks(20, () => ({ cpuMs: 20, waitedMs: 3, state: "S" })),
    ),
  ).toBeNull();
  expect(
    ended(
      1000,
      looks(100, () => ({ cpuMs: 20, waitedMs: 3, state: "T" })),
    ),
  ).toBe(1000);
});

test("one that computes, or gets little of a busy machine, is never idle", () => {
  expect(
    ended(
      1000,
      looks(200, (ms) => ({ cpuMs: 20 + ms, waitedMs: 0, state: "R" })),
    ),
  ).toBeNull();
  expect(
    ended(
      1000,
      looks(200, (ms) => ({ cpuMs: 20 + ms / 20, waitedMs: (19 * ms) / 20, state: "R" })),
    ),
  ).toBeNull();
});

test("a wait for a processor that is booked only when it ends is none of idleness", () => {
  // Ready for 2.5 s without a turn; then it runs for a moment, sleeps for half a second and computes.
  const starved = looks(50, () => ({ cpuMs: 20, waitedMs: 0, state: "R" }));
  const sleeping = looks(10, () => ({ cpuMs: 25, waitedMs: 2495, state: "S" }));
  const computing = looks(20, (ms) => ({ cpuMs: 25 + ms, waitedMs: 2495, state: "R" }));
  expect(ended(1000, [...starved, ...sleeping, ...computing])).toBeNull();
  // Sleeping on, it comes to the limit a second after it fell asleep.
  const longer = looks(40, () => ({ cpuMs: 25, waitedMs: 2495, state: "S" }));
  expect(ended(1000, [...starved, ...longer])).toBeWithin(2500 + 950, 2500 + 1100);
});

test("naps between work add up", () => {
  const halves = looks(200, (ms) => ({ cpuMs: 20 + ms / 2, waitedMs: 0, state: "S" }));
  expect(ended(1000, halves)).toBe(2000);
});

test("waits for a device are not sleep, and end at twice the limit", () => {
  const device = (ms: number): Schedule => ({ cpuMs: 20 + ms / 10, waitedMs: 0, state: "D" });
  expect(ended(1000, looks(44, device))).toBeNull();
  expect(ended(1000, looks(200, device))).toBe(2250);
  // 900 ms of sleep before count for nothing there, nor the waits for the sleep.
  const asleep = looks(19, () => ({ cpuMs: 20, waitedMs: 0, state: "S" }));
  const reading = looks(30, () => ({ cpuMs: 20, waitedMs: 0, state: "D" }));
  expect(ended(1000, [...asleep, ...reading, ...asleep.slice(18)])).toBeNull();
});

test("what a host that was held up did not see counts as nothing", () => {
  const asleep = looks(11, () => ({ cpuMs: 20, waitedMs: 0, state: "S" }));
  expect(ended(1000, asleep.slice(1), 5000)).toBeNull();
  expect(ended(1000, asleep, 5000)).toBe(50_000);
});

test("a kernel without the count ends nothing", () => {
  expect(
    ended(
      1000,
      looks(200, () => ({ cpuMs: 0, waitedMs: 0, state: "S" })),
    ),
  ).toBeNull();
});
