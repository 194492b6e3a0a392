import { join } from "node:path";
import { TASK_TYPES } from "../../src/config/task-type.ts";
import { samplesKey } from "../../src/evaluation/samples-key.ts";
import { stream } from "../../src/random/stream.ts";
import { taskPage } from "../../src/runs/queries/tasks.ts";
import type { TaskRecord } from "../../src/runs/records.ts";
import type { RunDirectory } from "../../src/runs/run-directory.ts";
import type { Executor } from "../../src/sandbox/executor.ts";
import { normalisedProgram } from "../../src/selfplay/program.ts";
import { programKey } from "../../src/selfplay/program-key.ts";
import { cruxevalTasks } from "./cruxeval-tasks.ts";
import { type Answered, FrozenPlay, type Proposed, type Task } from "./frozen-play.ts";

/** Of the model as it came, and of what the run made of it. */
export interface BeforeAfter<T> {
  before: T;
  after: T;
}

/** What both propose from the same references. */
export interface ProposedFrom extends BeforeAfter<readonly Proposed[]> {
  /** Keys of the references' own programs: to propose them again is no new task. */
  known: readonly string[];
  /** Of the model as it came at lower temperatures than the run's: a model may merely come to be surer. */
  cooler: readonly Cooler[];
}

export interface Cooler {
  temperature: number;
  proposals: readonly Proposed[];
}

/** Tasks with how both answer them. */
export interface AnsweredTasks {
  tasks: readonly Task[];
  sampled: BeforeAfter<readonly Answered[]>;
  greedy: BeforeAfter<readonly Answered[]>;
}

export interface Measurements {
  /** With references out of the run's first steps, and of its last. */
  proposals: BeforeAfter<ProposedFrom>;
  /** To tasks that the model proposed before, and after. */
  answers: BeforeAfter<AnsweredTasks>;
  /** CRUXEval's problems as tasks of deduction. */
  cruxeval: { tasks: readonly Task[]; greedy: BeforeAfter<readonly Answered[]> };
}

/** Proposals of a type, and how many of the valid ones are answered how often when sampled. */
const PROPOSALS = 120;
const TASKS = 40;
const SAMPLES = 4;
/** Temperatures of the model as it came, besides the run's. */
const COOLER = [0.6, 0.3];
/** Steps at each end of the run that references come from. */
const REFERENCE_STEPS = 5;

/** Measures both models, or reads from the work directory what was measured before of the same. */
export async function measure(
  work: string,
  run: RunDirectory,
  executor: Executor,
  cruxeval: string,
): Promise<Measurements> {
  const config = run.config();
  await using before = await FrozenPlay.open(config.model.source, config, executor);
  await using after = await FrozenPlay.open(run.path, config, executor);
  const all = allTasks(run);
  const kept = { work, settings: [config.seed, config.selfplay], models: { before, after } };

  const proposals = async (references: readonly TaskRecord[]): Promise<ProposedFrom> => {
    const at = (temperature: number) => (model: FrozenPlay) =>
      model.proposals(PROPOSALS, references, temperature);
    const { temperature } = config.selfplay.propose;
    const both = await ofBoth(kept, "proposals", [PROPOSALS, references], at(temperature));
    const known = references.flatMap(
      (task) => programKey({ type: task.type, task: { ok: true, value: task } }) ?? [],
    );
    const cooler: Cooler[] = [];
    for (const lower of COOLER) {
      const parts = [PROPOSALS, references, lower];
      cooler.push({
        temperature: lower,
        proposals: await ofOne(kept, "proposals", parts, before, at(lower)),
      });
    }
    return { ...both, known, cooler };
  };
  const greedy = (tasks: readonly Task[]) =>
    ofBoth(kept, "greedy", [tasks], (model) => model.answers(tasks, 1, 0));
  const answers = async (proposed: readonly Proposed[]): Promise<AnsweredTasks> => {
    const tasks = someOf(proposed, all);
    const { temperature } = config.selfplay.solve;
    const sampled = await ofBoth(kept, "sampled", [SAMPLES, tasks], (model) =>
      model.answers(tasks, SAMPLES, temperature),
    );
    return { tasks, sampled, greedy: await greedy(tasks) };
  };

  const first = await proposals(all.filter(({ step }) => step <= REFERENCE_STEPS));
  const last = await proposals(all.filter(({ step }) => step > config.steps - REFERENCE_STEPS));
  const crux = await cruxevalTasks(cruxeval);
  return {
    proposals: { before: first, after: last },
    answers: { before: await answers(first.before), after: await answers(last.after) },
    cruxeval: { tasks: crux, greedy: await greedy(crux) },
  };
}

/** As they were when they were admitted: what the run gave up later is a reference as well. */
function allTasks(run: RunDirectory): TaskRecord[] {
  using database = run.openDatabase({ readonly: true });
  const all: TaskRecord[] = [];
  for (;;) {
    const page = taskPage(database, {}, "oldest", { limit: 500, offset: all.length });
    if (page.length === 0) return all.map((task) => ({ ...task, evictedStep: null }));
    all.push(...page);
  }
}

/**
 * Some valid proposals of each type, drawn by a seed, none of the same program, and none of a program that the run had
 * among its tasks, since it was trained on those. Induction's are of such programs always.
 */
function someOf(proposals: readonly Proposed[], ofRun: readonly TaskRecord[]): Task[] {
  const trained = new Set(ofRun.map(({ program }) => normalisedProgram(program)));
  return TASK_TYPES.flatMap((type) => {
    const different = new Map<string, Task>();
    for (const { type: own, task, program } of proposals) {
      if (own !== type || !task || program === null || different.has(program)) continue;
      if (type === "induction" || !trained.has(normalisedProgram(task.program)))
        different.set(program, { type, task });
    }
    return stream(0, "real-model", type).sample([...different.values()], TASKS);
  });
}

interface Kept {
  work: string;
  /** What every measurement depends on, besides model and parts. */
  settings: readonly unknown[];
  models: BeforeAfter<FrozenPlay>;
}

/** A measurement of a model: made, or read from the work directory where one of the same was made. */
async function ofOne<T>(
  { work, settings }: Kept,
  name: string,
  parts: readonly unknown[],
  model: FrozenPlay,
  make: (model: FrozenPlay) => Promise<T>,
): Promise<T> {
  const file = Bun.file(join(work, "measured", `${name}-${samplesKey([model.title, settings, parts])}.json`));
  if (await file.exists()) return await file.json();
  console.error(`real-model: ${name}, ${model.title}`);
  const made = await make(model);
  await Bun.write(file, JSON.stringify(made));
  return made;
}

async function ofBoth<T>(
  kept: Kept,
  name: string,
  parts: readonly unknown[],
  make: (model: FrozenPlay) => Promise<T>,
): Promise<BeforeAfter<T>> {
  const { before, after } = kept.models;
  return {
    before: await ofOne(kept, name, parts, before, make),
    after: await ofOne(kept, name, parts, after, make),
  };
}
