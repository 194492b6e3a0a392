#!/usr/bin/env bun
/**
 * What self-play teaches SmolLM2-135M by QLoRA: validity, solve rate and benchmarks before and after.
 *
 *   bun run bench real-model [--work DIRECTORY] [--steps 200] [--set key=value]... [--preset demo]
 *     [--humaneval FILE] [--cruxeval FILE]
 *
 * The run and each measurement are kept in the work directory: called again, it goes on from there. The run takes two
 * hours on two idle cores, everything else half an hour. Writes results.md, results.json and curves.svg beside it.
 * Without the files the benchmarks' data are fetched; without --cruxeval its problems are not put as own tasks.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { TASK_TYPES } from "../src/config/task-type.ts";
import { taskPage } from "../src/runs/queries/tasks.ts";
import { RunDirectory } from "../src/runs/run-directory.ts";
import { openSandbox } from "../src/sandbox/open.ts";
import { cruxevalTasks } from "./learning-parts/cruxeval-tasks.ts";
import { FrozenPlay, type Proposed, type Task } from "./learning-parts/frozen-play.ts";
import { curves } from "./learning-parts/measure.ts";
import { makeAllSteps, score, type Way } from "./learning-parts/program.ts";
import { realModelPicture } from "./learning-parts/real-model-picture.ts";
import { type AnsweredTasks, type BeforeAfter, realModelReport } from "./learning-parts/real-model-report.ts";

/** Proposals of a type, and how many of the valid ones are answered how often. */
const PROPOSALS = 120;
const TASKS = 40;
const SAMPLES = 4;
/** The run's tasks of its first steps, by the model as good as untrained, are the references of both. */
const REFERENCE_STEPS = 5;
/** Steps at each end of the run. */
const ENDS = 20;

const { values: options } = parseArgs({
  options: {
    work: { type: "string", default: join(import.meta.dir, "..", "outputs", "real-model") },
    preset: { type: "string", default: "demo" },
    steps: { type: "string" },
    set: { type: "string", multiple: true, default: [] },
    humaneval: { type: "string" },
    cruxeval: { type: "string" },
  },
});
const work = resolve(options.work);
mkdirSync(work, { recursive: true });
const path = join(work, "run");
await makeAllSteps(work, path, [
  ...["--preset", options.preset, ...(options.steps ? ["--steps", options.steps] : [])],
  ...options.set.flatMap((setting) => ["--set", setting]),
]);
const run = RunDirectory.open(path);
const config = run.config();
const model = config.model.source;

const { proposals, answers, cruxeval } = await played();
const data = (file: string | undefined) => (file ? ["--data", resolve(file)] : []);
const ways: Way[] = [
  { name: "humaneval", benchmark: "humaneval", options: data(options.humaneval) },
  { name: "cruxeval-o", benchmark: "cruxeval-o", options: data(options.cruxeval) },
  { name: "azr-mini", benchmark: "azr-mini", options: [] },
];
const benchmarks = [];
for (const way of ways)
  benchmarks.push({ before: await score(work, model, way), after: await score(work, path, way) });

const drawn = curves(path);
const hours = (drawn["seconds/step"] ?? []).reduce((sum, [, seconds]) => sum + seconds, 0) / 3600;
const { steps, seed } = config;
const machine = `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`;
const about = `${new Date().toISOString().slice(0, 10)}, ${machine}; ${steps} steps in ${hours.toFixed(1)} hours, seed ${seed}.`;
const found = { model, about, ends: ENDS, curves: drawn, proposals, answers, cruxeval, benchmarks };
const text = realModelReport(found);
writeFileSync(join(work, "results.md"), text);
const scores = benchmarks.map(({ before, after }) => [
  before.benchmark,
  { before: before.outcomes, after: after.outcomes },
]);
const json = { about, config, proposals, answers, cruxeval, benchmarks: Object.fromEntries(scores) };
writeFileSync(join(work, "results.json"), `${JSON.stringify(json)}\n`);
writeFileSync(join(work, "curves.svg"), realModelPicture(`What self-play teaches ${model}`, drawn));
console.log(text);

/** What both models propose and how they answer, kept piece by piece. */
async function played() {
  await using executor = await openSandbox(config.sandbox);
  await using before = await FrozenPlay.open({ model_path: model }, config, executor);
  await using after = await FrozenPlay.open({ model_path: path }, config, executor);
  const both = { before, after };
  const references = tasksOfFirstSteps();
  const proposals = await ofBoth("proposals", (who) => both[who].proposals(PROPOSALS, references));
  const answersTo = async (name: string, tasks: readonly Task[], samples: number, temperature: number) => ({
    tasks,
    answers: await ofBoth(name, (who) => both[who].answers(tasks, samples, temperature)),
  });
  const { temperature } = config.selfplay.solve;
  const answers: BeforeAfter<AnsweredTasks> = {
    before: await answersTo("answers to the start", someOf(proposals.before), SAMPLES, temperature),
    after: await answersTo("answers to the trained", someOf(proposals.after), SAMPLES, temperature),
  };
  const problems = options.cruxeval ? await cruxevalTasks(resolve(options.cruxeval)) : null;
  return { proposals, answers, cruxeval: problems && (await answersTo("cruxeval", problems, 1, 0)) };
}

function tasksOfFirstSteps() {
  using database = run.openDatabase({ readonly: true });
  const all = taskPage(database, {}, "oldest", { limit: 500 });
  // As they were then: what the run evicted later is a reference as well.
  return all.filter(({ step }) => step <= REFERENCE_STEPS).map((task) => ({ ...task, evictedStep: null }));
}

/** The first valid ones of each type. */
function someOf(proposals: readonly Proposed[]): Task[] {
  const valid = proposals.flatMap(({ type, task }) => (task ? { type, task } : []));
  return TASK_TYPES.flatMap((type) => valid.filter((one) => one.type === type).slice(0, TASKS));
}

/** A measurement of both models: made, or read from the work directory where it was made before. */
async function ofBoth<T>(
  name: string,
  measure: (who: "before" | "after") => Promise<T>,
): Promise<BeforeAfter<T>> {
  const one = async (who: "before" | "after"): Promise<T> => {
    const file = Bun.file(join(work, `${name}, ${who}.json`));
    if (await file.exists()) return await file.json();
    console.error(`real-model: ${name}, ${who}`);
    const made = await measure(who);
    await Bun.write(file, JSON.stringify(made));
    return made;
  };
  return { before: await one("before"), after: await one("after") };
}
