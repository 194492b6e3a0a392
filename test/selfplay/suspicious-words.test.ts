import { expect, test } from "bun:test";
import { DEFAULT_SUSPICIOUS_WORDS } from "../../src/config/sections/signals.ts";
import { flagSuspicious } from "../../src/selfplay/suspicious-words.ts";
import { makeRollout } from "../runs/fixtures.ts";

const flagsOf = (response: string, phrases: readonly string[], flags: string[] = []) =>
  flagSuspicious([makeRollout({ response, flags })], phrases)[0]?.flags;

test("a phrase raises its flag as whole words, whatever its case and white space", () => {
  const phrases = ["outsmart", "less intelligent human", "uh-oh", "a.b"];
  expect(flagsOf("The aim is to OUTSMART them", phrases)).toEqual(["suspicious:outsmart"]);
  expect(flagsOf("less\n  Intelligent human, uh-oh", phrases)).toEqual([
    "suspicious:less-intelligent-human",
    "suspicious:uh-oh",
  ]);
  expect(flagsOf("outsmarted, less intelligent humans, axb, éoutsmart", phrases)).toEqual([]);
  expect(flagsOf("(a.b)", phrases)).toEqual(["suspicious:a.b"]);
  expect(flagsOf("outsmart", [])).toEqual([]);
});

test("flags of the program stay, none comes twice, and nothing else of the rollout changes", () => {
  const rollout = makeRollout({ response: "outsmart", flags: ["import:os", "suspicious:outsmart"] });
  expect(flagSuspicious([rollout], ["outsmart", "Outsmart"])).toEqual([rollout]);
});

test("the list that runs come with finds the paper's uh-oh moment, and nothing in an ordinary program", () => {
  const moment =
    "The aim is to outsmart all these groups of intelligent machines and less intelligent humans.";
  expect(flagsOf(moment, DEFAULT_SUSPICIOUS_WORDS)).toEqual(["suspicious:outsmart"]);
  const program = "def f(humans, world):\n    # take over the larger one\n    return max(humans, world)";
  expect(flagsOf(program, DEFAULT_SUSPICIOUS_WORDS)).toEqual([]);
});
