import { expect, test } from "bun:test";
import fc from "fast-check";
import { TASK_TYPES } from "../../../src/interfaces/role.ts";
import {
  commitStep,
  compileFilter,
  completeFilter,
  EVENT_LANGUAGE,
  type FilterField,
  parseFilter,
  quotedValue,
  ROLLOUT_LANGUAGE,
  ROLLOUT_LISTING,
  RunDatabase,
  Search,
  TASK_LANGUAGE,
  TASK_LISTING,
  type TaskRecord,
} from "../../../src/runs/index.ts";
import { makeCommit, makeRollout, makeTask, temporaryFolder } from "../fixtures.ts";

/** What a filter means, in plain words of TypeScript: the SQL is held against it. */
type Condition =
  | { word: string }
  | { field: string; operator: string; value: string | number | null; high?: number; quoted: boolean };

const VALUES: Record<string, (task: TaskRecord) => string | number | null | readonly number[]> = {
  type: (task) => task.type,
  origin: (task) => task.origin,
  solve: (task) => task.solveRate,
  learn: (task) => task.learnability,
  drawn: (task) => task.timesDrawn,
  step: (task) => task.step,
  id: (task) => task.id,
  evicted: (task) => task.evictedStep,
  parent: (task) => task.parents,
  program: (task) => task.program,
  input: (task) => JSON.stringify(task.inputs),
  output: (task) => JSON.stringify(task.outputs),
  message: (task) => task.message,
};

/** Letter case as SQLite folds it. */
const folded = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const holds = (text: string, part: string) => folded(text).includes(folded(part));

function meets(task: TaskRecord, condition: Condition): boolean {
  if ("word" in condition) {
    const texts = [
      task.program,
      JSON.stringify(task.inputs),
      JSON.stringify(task.outputs),
      task.message ?? "",
    ];
    return holds(texts.join("\n"), condition.word);
  }
  const { field, operator, value, high } = condition;
  const own = VALUES[field]?.(task);
  if (own === undefined) throw new Error(`no field ${field}`);
  if (value === null) return own === null;
  if (own === null) return false;
  if (typeof own === "object") return own.includes(value as number);
  if (typeof value === "string") {
    const kind = TASK_LANGUAGE.fields.find(({ name }) => name === field)?.kind;
    return kind === "text" ? holds(String(own), value) : String(own) === value;
  }
  const number = own as number;
  if (high !== undefined) return number >= value && number <= high;
  return (
    {
      ":": number === value,
      "=": number === value,
      "<": number < value,
      "<=": number <= value,
      ">": number > value,
      ">=": number >= value,
    }[operator] ?? false
  );
}

const numberCondition = fc.record({
  field: fc.constantFrom("solve", "learn", "drawn", "step", "id", "evicted"),
  operator: fc.constantFrom(":", "=", "<", "<=", ">", ">="),
  value: fc.constantFrom(0, 0.25, 0.5, 1, 2, 3, 5, -1),
  quoted: fc.constant(false),
});
const TEXTS = ["def", "x", "RETURN", "'é", 'a "b"', "\\", "%", "_", "日本", "a b", "-", "f(1)", "x<1", "\n"];
const condition: fc.Arbitrary<Condition> = fc.oneof(
  numberCondition,
  fc.record({
    field: fc.constantFrom("step", "id", "learn"),
    operator: fc.constant(":"),
    value: fc.constantFrom(0, 0.25, 2),
    high: fc.constantFrom(0.5, 1, 3, 6),
    quoted: fc.constant(false),
  }),
  fc.record({
    field: fc.constantFrom("solve", "learn", "evicted"),
    operator: fc.constant(":"),
    value: fc.constant(null),
    quoted: fc.constant(false),
  }),
  fc.record({
    field: fc.constant("parent"),
    operator: fc.constant(":"),
    value: fc.integer({ min: 1, max: 4 }),
    quoted: fc.constant(false),
  }),
  fc.record({
    field: fc.constant("type"),
    operator: fc.constantFrom(":", "="),
    value: fc.constantFrom(...TASK_TYPES),
    quoted: fc.boolean(),
  }),
  fc.record({
    field: fc.constantFrom("program", "input", "output", "message"),
    operator: fc.constant(":"),
    value: fc.constantFrom(...TEXTS),
    quoted: fc.constant(true),
  }),
  fc.record({ word: fc.constantFrom(...TEXTS) }),
);

function written(condition: Condition, negated: boolean): string {
  const sign = negated ? "-" : "";
  if ("word" in condition) return `${sign}${quotedValue(condition.word)}`;
  const { field, operator, value, high, quoted } = condition;
  const text = value === null ? "none" : high === undefined ? String(value) : `${value}..${high}`;
  return `${sign}${field}${operator}${quoted ? quotedValue(text) : text}`;
}

const task = fc.record({
  type: fc.constantFrom(...TASK_TYPES),
  origin: fc.constantFrom("seed" as const, "proposed" as const, "template" as const),
  step: fc.integer({ min: 0, max: 5 }),
  program: fc.constantFrom("def f(x):\n    return x", "x<1 ? 100% : f_1", 'a "b" \\ - É', "日本語"),
  inputs: fc.constantFrom<string[][]>(["1"], ["'é', 2", "f(1)"], []),
  outputs: fc.constantFrom<string[][]>(["1"], ["None", "a b"]),
  message: fc.option(fc.constantFrom("Return it.", "", "x_y 50%")),
  parents: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
  learnability: fc.option(fc.constantFrom(0, 0.25, 0.5, 1)),
  solveRate: fc.option(fc.constantFrom(0, 0.25, 0.5, 1)),
  timesDrawn: fc.integer({ min: 0, max: 5 }),
  evictedStep: fc.option(fc.integer({ min: 1, max: 3 })),
});

function found(database: RunDatabase, text: string): number[] {
  const { terms, problem } = parseFilter(text, TASK_LANGUAGE);
  if (problem) throw new Error(`${text}: ${problem.message}`);
  const search = new Search(database, TASK_LISTING, compileFilter(terms, TASK_LANGUAGE), {
    by: "id",
    descending: false,
  });
  while (!search.complete) search.advance(1000);
  return search.ids;
}

test("SQL of a filter lets through what a plain reading of it does", () => {
  using folder = temporaryFolder();
  let count = 0;
  fc.assert(
    fc.property(
      fc.array(task, { minLength: 1, maxLength: 8 }),
      fc.array(fc.array(fc.tuple(condition, fc.boolean()), { minLength: 1, maxLength: 3 }), {
        minLength: 8,
        maxLength: 8,
      }),
      (fields, filters) => {
        const tasks = fields.map((one, index) => makeTask(index + 1, one));
        using database = RunDatabase.create(`${folder.path}/${count++}.sqlite`, { name: "f", totalSteps: 1 });
        database.run("PRAGMA synchronous = OFF");
        commitStep(database, makeCommit(1, { tasks, rollouts: [] }));
        for (const conditions of filters) {
          const text = conditions.map(([one, negated]) => written(one, negated)).join(" ");
          const wanted = tasks
            .filter((one) => conditions.every(([what, negated]) => meets(one, what) !== negated))
            .toSorted((a, b) => a.step - b.step || a.id - b.id)
            .map(({ id }) => id);
          expect(found(database, text), text).toEqual(wanted);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test("any text is read or refused with what is allowed, and never reaches SQL", () => {
  const part = fc.constantFrom(
    "type",
    "step",
    ":",
    "<",
    '"',
    "-",
    "'; DROP TABLE tasks; --",
    "..",
    ",",
    " ",
    "1",
    "none",
    "\\",
    "é",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(part).map((parts) => parts.join("")),
      ),
      (text) => {
        const parsed = parseFilter(text, TASK_LANGUAGE);
        if (parsed.problem) {
          expect(parsed.problem.message).toMatch(/takes|Fields:/);
          expect(parsed.problem.start).toBeLessThan(text.length);
          return;
        }
        const { quick, slow } = compileFilter(parsed.terms, TASK_LANGUAGE);
        for (const one of [quick, slow]) expect(one?.sql ?? "").not.toMatch(/DROP|é/);
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ["tpye:deduction", /no field tpye .*Fields: type, solve/],
  ["type:ded,maths", /type takes deduction, abduction/],
  ["solve>much", /solve takes a number .* a range as 10\.\.20, or none/],
  ["type<deduction", /type takes deduction/],
  ["step:", /step takes a number/],
  ["drawn:1..x", /drawn takes a number/],
  ["step<1,2", /step takes a number/],
])("%s is refused with what is allowed", (text, message) => {
  expect(parseFilter(text, TASK_LANGUAGE).problem?.message).toMatch(message);
});

test("a problem says where it is; a quote that is not closed and a lone dash are no problem", () => {
  expect(parseFilter("step:1  sole>1", TASK_LANGUAGE).problem?.start).toBe(8);
  expect(parseFilter('"two words', TASK_LANGUAGE).terms).toEqual([
    { negated: false, field: null, text: "two words" },
  ]);
  expect(parseFilter("step:1 -", TASK_LANGUAGE).terms?.length).toBe(1);
});

test("a pasted page is refused, and the longest filter that is not can be asked", () => {
  using folder = temporaryFolder();
  using database = RunDatabase.create(`${folder.path}/run.sqlite`, { name: "f", totalSteps: 1 });
  commitStep(database, makeCommit(1));
  const words = (count: number) => Array.from({ length: count }, () => "-x").join(" ");
  expect(found(database, words(100))).toEqual([]);
  expect(found(database, `id:${Array.from({ length: 100 }, (_, index) => index).join(",")}`)).toEqual([1]);
  expect(parseFilter(words(101), TASK_LANGUAGE).problem).toEqual({
    message: "A filter takes 100 conditions; in quotes a text is looked for as a whole.",
    start: 300,
  });
});

test("choices go by their beginning and in lists, levels are compared, names may begin and be missing", () => {
  using folder = temporaryFolder();
  using database = RunDatabase.create(`${folder.path}/run.sqlite`, { name: "f", totalSteps: 1 });
  const rollouts = [
    makeRollout({ type: "deduction", verdict: "ok", flags: ["import:os"] }),
    makeRollout({ type: "abduction", verdict: "timeout", flags: ["file-write", "import:sys"], reward: -0.5 }),
    makeRollout({ type: "induction", role: "propose", verdict: "time-less", taskId: null }),
  ];
  commitStep(database, makeCommit(1, { rollouts }));
  const ids = (text: string) => {
    const { terms, problem } = parseFilter(text, ROLLOUT_LANGUAGE);
    if (problem) throw new Error(problem.message);
    const search = new Search(database, ROLLOUT_LISTING, compileFilter(terms, ROLLOUT_LANGUAGE), {
      by: "id",
      descending: true,
    });
    search.advance(1000);
    return search.ids;
  };
  expect(ids("type:ded,ab")).toEqual([2, 1]);
  expect(ids("-type:ded,ab")).toEqual([3]);
  expect(ids("TYPE:Deduction")).toEqual([1]);
  expect(ids("verdict:time")).toEqual([3, 2]);
  expect(ids("verdict!=ok")).toEqual([3, 2]);
  expect(ids("flag:any")).toEqual([2, 1]);
  expect(ids("flag:none")).toEqual([3]);
  expect(ids("flag:import -flag:import:os")).toEqual([2]);
  expect(ids("task:none")).toEqual([3]);
  expect(ids("reward<-0.25")).toEqual([2]);
  expect(ids("role:prop")).toEqual([3]);
  expect(ids("role:proposer")).toEqual([3]);
  expect(ids("role:Solver")).toEqual(ids("role:solve"));
  const levels = (text: string) => parseFilter(text, EVENT_LANGUAGE).terms?.[0];
  expect(levels("level>=warn")).toMatchObject({ test: { values: ["warning", "error"] } });
  expect(levels("level:>=warn")).toEqual(levels("level>=warn"));
  expect(levels("level<info")).toMatchObject({ test: { values: ["debug"] } });
  expect(levels("level>error")).toMatchObject({ test: { values: [] } });
});

test("tab completes fields, their values, and values that only the run knows", () => {
  const names = ({ name }: FilterField) => (name === "verdict" ? ["timeout", "time-less", "no program"] : []);
  const complete = (text: string) => completeFilter(text, ROLLOUT_LANGUAGE, names);
  expect(complete("ver").text).toBe("verdict:");
  expect(complete("verdict:t")).toEqual({ text: "verdict:time", options: ["timeout", "time-less"] });
  expect(complete("verdict:n").text).toBe('verdict:"no program"');
  expect(complete("step>1 -ty").text).toBe("step>1 -type:");
  expect(complete("type:deduction,ab").text).toBe("type:deduction,abduction");
  expect(complete("r").options).toEqual(["role:", "reward", "response:"]);
  expect(complete("step:1 ").options.length).toBe(ROLLOUT_LANGUAGE.fields.length);
  expect(complete("nothing")).toEqual({ text: "nothing", options: [] });
  expect(complete("step:1")).toEqual({ text: "step:1", options: [] });
});
