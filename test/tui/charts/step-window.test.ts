import { expect, test } from "bun:test";
import fc from "fast-check";
import { ALL_STEPS, panned, shownSteps, zoomed } from "../../../src/tui/charts/step-window.ts";

test("zooming in halves the steps at the newest, which the window follows; zooming out ends with all", () => {
  const half = zoomed(ALL_STEPS, "in", 1, 100);
  expect(shownSteps(half, 1, 100)).toEqual([51, 100]);
  expect(shownSteps(half, 1, 120)).toEqual([71, 120]);
  expect(zoomed(half, "out", 1, 100)).toEqual(ALL_STEPS);
});

test("panning goes a quarter back, stops at the first step, and follows again at the newest", () => {
  let window = zoomed(ALL_STEPS, "in", 1, 100);
  window = panned(window, "back", 1, 100);
  expect(shownSteps(window, 1, 100)).toEqual([38, 87]);
  expect(shownSteps(window, 1, 300)).toEqual([38, 87]);
  for (let i = 0; i < 20; i++) window = panned(window, "back", 1, 100);
  expect(shownSteps(window, 1, 100)).toEqual([1, 50]);
  for (let i = 0; i < 20; i++) window = panned(window, "forth", 1, 100);
  expect(window).toEqual({ count: 50, end: null });
  expect(panned(ALL_STEPS, "back", 1, 100)).toEqual(ALL_STEPS);
});

test("whatever is pressed, the window lies within the run", () => {
  const press = fc.constantFrom("in", "out", "back", "forth");
  fc.assert(
    fc.property(fc.array(press, { maxLength: 40 }), fc.integer({ min: 1, max: 10_000 }), (presses, last) => {
      let window = ALL_STEPS;
      for (const one of presses) {
        window =
          one === "in" || one === "out"
            ? zoomed(window, one, 1, last)
            : panned(window, one as "back", 1, last);
        const [from, to] = shownSteps(window, 1, last);
        expect(from).toBeGreaterThanOrEqual(1);
        expect(to).toBeLessThanOrEqual(last);
        expect(from).toBeLessThanOrEqual(to);
      }
    }),
  );
});
