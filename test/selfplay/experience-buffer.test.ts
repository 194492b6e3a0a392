import { expect, test } from "bun:test";
import { join } from "node:path";
import { commitStep } from "../../src/runs/commit.ts";
import { RunDatabase } from "../../src/runs/database.ts";
import { verifiedSolutions } from "../../src/runs/queries/rollouts.ts";
import { ExperienceBuffer } from "../../src/selfplay/experience-buffer.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { makeCommit, makeConfig, makeRollout, temporaryFolder } from "../runs/fixtures.ts";

const SETTINGS = makeConfig({
  selfplay: { experience: { coefficient: 0.1, capacity: 3, samples_per_step: 2 } },
}).selfplay.experience;
const buffer = (solutions: { prompt: string; response: string }[] = []) =>
  new ExperienceBuffer(SETTINGS, 7, byteTokenizer, solutions);
const right = (prompt: string, response = "2") => makeRollout({ prompt, response });
const text = (tokens: readonly number[]) => byteTokenizer.decode(tokens);

test("keeps the newest different right answers in the right format, and covers the answer alone", () => {
  const own = buffer();
  own.add([
    right("a"),
    right("b"),
    makeRollout({ prompt: "wrong", verdict: "wrong", reward: -0.5 }),
    makeRollout({ prompt: "malformed", verdict: "ok", reward: -1 }),
    makeRollout({ prompt: "proposal", role: "propose" }),
    right("a"),
    right("c"),
    right("d", " 42"),
  ]);
  expect(own.size).toBe(3);
  const seen = new Map<string, string>();
  for (let step = 1; step <= 30; step++) {
    const examples = own.sample(step);
    expect(examples.length).toBe(2);
    for (const { tokens, covered } of examples) {
      const answer = tokens.filter((_, i) => covered[i] === 1);
      seen.set(text(tokens.slice(0, tokens.length - answer.length)), text(answer));
    }
  }
  // b is the oldest: a was found again after it.
  expect(Object.fromEntries(seen)).toEqual({ a: "2", c: "2", d: " 42" });
});

test("one that is filled from the database draws what the one draws that saw the rollouts", () => {
  using folder = temporaryFolder();
  using database = RunDatabase.create(join(folder.path, "run.sqlite"), { name: "run", totalSteps: 5 });
  const live = buffer();
  for (let step = 1; step <= 5; step++) {
    const rollouts = [right(`p${step % 4}`), right("again", String(step % 2)), right(`q${step}`, "")];
    live.add(rollouts);
    commitStep(database, makeCommit(step, { rollouts }));
    const resumed = buffer(verifiedSolutions(database, SETTINGS.capacity));
    expect(resumed.size).toBe(live.size);
    expect(resumed.sample(step + 1)).toEqual(live.sample(step + 1));
  }
  expect(live.size).toBe(3);
});

test("what the divergence took off a right answer afterwards does not take it out of a resumed run", () => {
  using folder = temporaryFolder();
  using database = RunDatabase.create(join(folder.path, "run.sqlite"), { name: "run", totalSteps: 1 });
  const penalised = makeRollout({
    prompt: "p",
    response: "2",
    reward: -0.5,
    components: { format: 0, correctness: 1, kl: -1.5 },
  });
  const malformed = makeRollout({
    prompt: "m",
    response: "2",
    reward: 0.5,
    components: { format: -1, correctness: 0, kl: 1.5 },
  });
  commitStep(database, makeCommit(1, { rollouts: [penalised, malformed] }));
  expect(verifiedSolutions(database, 3)).toEqual([{ prompt: "p", response: "2" }]);
});

test("without a coefficient nothing is kept", () => {
  const none = new ExperienceBuffer({ ...SETTINGS, coefficient: 0 }, 7, byteTokenizer, []);
  none.add([right("a")]);
  expect(none.sample(1)).toEqual([]);
});
