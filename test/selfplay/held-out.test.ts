import { expect, test } from "bun:test";
import { admit } from "../../src/selfplay/admission.ts";
import { isHeldOut } from "../../src/selfplay/held-out.ts";
import type { Candidate } from "../../src/selfplay/proposers/candidate.ts";
import { TaskBuffers } from "../../src/selfplay/task-buffers.ts";
import { makeConfig } from "../runs/fixtures.ts";

const program = (i: number) => `def f(a):\n    return a + ${i}`;
const count = (share: number) =>
  Array.from({ length: 4000 }, (_, i) => program(i)).filter((text) => isHeldOut(text, share)).length;

test("a share of programs is held out by their text alone", () => {
  expect(count(0)).toBe(0);
  expect(count(1)).toBe(4000);
  expect(Math.abs(count(0.1) - 400)).toBeLessThan(60);
  // Fixed for all time: a model's training data and its test set were parted by it.
  const first = Array.from({ length: 12 }, (_, i) => i).filter((i) => isHeldOut(program(i), 0.3));
  expect(first).toEqual([0, 4, 6, 7]);
});

test("layout and comments do not decide, and a larger share holds out no less", () => {
  for (let i = 0; i < 200; i++) {
    const text = program(i);
    expect(isHeldOut(`# a comment\n\n${text}\n`, 0.1)).toBe(isHeldOut(text, 0.1));
    if (isHeldOut(text, 0.1)) expect(isHeldOut(text, 0.2)).toBe(true);
  }
});

test("a held-out program becomes no task and counts as a repeat does; other tasks are admitted", () => {
  const proposals = Array.from({ length: 40 }, (_, i): Candidate => {
    const value = { program: program(i), inputs: ["1"], outputs: [`${1 + i}`], message: null };
    return { type: "deduction", origin: "proposed", parents: [], task: { ok: true, value }, flags: [] };
  });
  const buffers = new TaskBuffers(["deduction"], makeConfig({}), []);
  for (const duplicates of ["reject", "estimate"] as const) {
    const { admitted, standings } = admit(proposals, buffers, { duplicates, hold_out: 0.3 }, new Map());
    for (const [i, { task, rejection, repeats }] of standings.entries()) {
      const held = isHeldOut(program(i), 0.3);
      expect([task === null, repeats, rejection?.reason]).toEqual([
        held,
        held,
        held ? "held-out" : undefined,
      ]);
    }
    expect(admitted.length).toBe(40 - standings.filter(({ repeats }) => repeats).length);
    expect(admitted.length).toBeLessThan(40);
  }
});
