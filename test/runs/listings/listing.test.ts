import { expect, test } from "bun:test";
import {
  commitStep,
  compileFilter,
  EVERYTHING,
  firstFailure,
  GROUP_LANGUAGE,
  GROUP_LISTING,
  type Listing,
  parseFilter,
  ROLLOUT_LANGUAGE,
  ROLLOUT_LISTING,
  RunDatabase,
  Search,
  TASK_LISTING,
} from "../../../src/runs/index.ts";
import { makeCommit, makeRollout, makeTask, temporaryFolder } from "../fixtures.ts";

function listed(
  database: RunDatabase,
  listing: Listing<{ id: number }>,
  by: string,
  descending: boolean,
  text = "",
) {
  const { terms } = parseFilter(text, listing.language);
  const search = new Search(database, listing, compileFilter(terms ?? [], listing.language), {
    by,
    descending,
  });
  while (!search.complete) search.advance(1000);
  return search.ids;
}

const open = (folder: { path: string }) =>
  RunDatabase.create(`${folder.path}/run.sqlite`, { name: "listed", totalSteps: 3 });

test("every order goes both ways; what has no value comes last, ties newest first", () => {
  using folder = temporaryFolder();
  using database = open(folder);
  const tasks = [
    makeTask(1, { solveRate: 0.5, timesDrawn: 2, type: "induction" }),
    makeTask(2, { solveRate: null, timesDrawn: 0 }),
    makeTask(3, { solveRate: 0.25, timesDrawn: 2 }),
  ];
  commitStep(database, makeCommit(1, { tasks, rollouts: [] }));
  commitStep(database, makeCommit(2, { tasks: [makeTask(4, { step: 2, solveRate: 0.5 })], rollouts: [] }));
  expect(listed(database, TASK_LISTING, "id", true)).toEqual([4, 3, 2, 1]);
  expect(listed(database, TASK_LISTING, "id", false)).toEqual([1, 2, 3, 4]);
  expect(listed(database, TASK_LISTING, "solve", false)).toEqual([3, 4, 1, 2]);
  expect(listed(database, TASK_LISTING, "solve", true)).toEqual([4, 1, 3, 2]);
  expect(listed(database, TASK_LISTING, "drawn", true)).toEqual([3, 1, 4, 2]);
  expect(listed(database, TASK_LISTING, "type", true)).toEqual([1, 4, 3, 2]);
  for (const listing of [TASK_LISTING, ROLLOUT_LISTING, GROUP_LISTING])
    for (const by of Object.keys(listing.orders)) listed(database, listing, by, true);
});

test("rows come in the order of their ids; a text is looked for slice by slice, in order", () => {
  using folder = temporaryFolder();
  using database = open(folder);
  const rollouts = Array.from({ length: 700 }, (_, index) =>
    makeRollout({ response: index % 3 === 0 ? "needle" : "hay", reward: index % 7 }),
  );
  commitStep(database, makeCommit(1, { rollouts }));
  const { terms } = parseFilter("NEEDLE", ROLLOUT_LANGUAGE);
  const filter = compileFilter(terms ?? [], ROLLOUT_LANGUAGE);
  const search = new Search(database, ROLLOUT_LISTING, filter, { by: "id", descending: false });
  expect(search.ids).toEqual([]);
  expect(search.share).toBe(0);
  // A slice is the least that it does.
  search.advance(Number.MIN_VALUE);
  expect(search.complete).toBe(false);
  expect(search.ids[0]).toBe(1);
  const before = [...search.ids];
  while (!search.complete) search.advance(1000);
  expect(search.ids.slice(0, before.length)).toEqual(before);
  expect(search.ids.length).toBe(234);
  expect(search.share).toBe(1);
  expect(ROLLOUT_LISTING.rows(database, [7, 4, 9000, 1]).map(({ id }) => id)).toEqual([7, 4, 1]);
});

test("lists without a text are read from indexes alone", () => {
  using folder = temporaryFolder();
  using database = open(folder);
  const plan = (sql: string) =>
    database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => detail);
  for (const [listing, text] of [
    [TASK_LISTING, "type:ded solve<1 learn>0 drawn>1 origin:seed evicted:none parent:3 step>2"],
    [
      ROLLOUT_LISTING,
      "role:solve verdict:ok flag:any reward>0 advantage:none tokens>5 group:x finish:length",
    ],
  ] as const) {
    const { terms } = parseFilter(text, listing.language);
    const { quick, slow } = compileFilter(terms ?? [], listing.language);
    expect(slow).toBeNull();
    for (const [by, order] of Object.entries(listing.orders)) {
      const sql = `SELECT id FROM ${listing.from} WHERE ${quick.sql.replaceAll("?", "1")} ORDER BY ${order("DESC")}`;
      expect(plan(sql)[0], `${listing.from} by ${by}`).toMatch(/COVERING INDEX/);
    }
  }
  const { from, orders } = GROUP_LISTING;
  expect(plan(`SELECT id FROM ${from} ORDER BY ${orders.id?.("DESC")}`).join()).toMatch(/COVERING INDEX/);
  expect(EVERYTHING.slow).toBeNull();
});

test("groups gather the rollouts of a prompt in a step and can be filtered by what came of them", () => {
  using folder = temporaryFolder();
  using database = open(folder);
  const group = (step: number, name: string, rewards: number[]) =>
    rewards.map((reward) =>
      makeRollout({
        step,
        group: name,
        reward,
        verdict: reward > 0 ? "ok" : "wrong",
        prompt: `prompt of ${name}`,
      }),
    );
  commitStep(
    database,
    makeCommit(1, { rollouts: [...group(1, "a", [1, -0.5]), ...group(1, "b", [-1, -0.5])] }),
  );
  commitStep(database, makeCommit(2, { rollouts: group(2, "a", [1, 1, 1]) }));
  expect(listed(database, GROUP_LISTING, "id", true)).toEqual([5, 3, 1]);
  expect(GROUP_LISTING.rows(database, [3, 5])).toEqual([
    {
      ...{ id: 3, step: 1, group: "b", role: "solve", type: "deduction", taskId: 1, rollouts: 2, right: 0 },
      ...{ meanReward: -0.75, leastReward: -1, mostReward: -0.5, verdicts: ["wrong", "wrong"] },
      prompt: "prompt of b",
    },
    {
      ...{ id: 5, step: 2, group: "a", role: "solve", type: "deduction", taskId: 1, rollouts: 3, right: 1 },
      ...{
        meanReward: 1,
        leastReward: 1,
        mostReward: 1,
        verdicts: ["ok", "ok", "ok"],
        prompt: "prompt of a",
      },
    },
  ]);
  expect(listed(database, GROUP_LISTING, "id", true, "right>0 right<1")).toEqual([1]);
  expect(listed(database, GROUP_LISTING, "id", true, "spread:0 group:a")).toEqual([5]);
  expect(listed(database, GROUP_LISTING, "reward", false, "of")).toEqual([3, 1, 5]);
  expect(parseFilter("text", GROUP_LANGUAGE).problem).toBeNull();
});

test("the next failure is the first of the ids that did not come out right", () => {
  using folder = temporaryFolder();
  using database = open(folder);
  const rollouts = ["ok", "wrong", "ok", "timeout"].map((verdict) => makeRollout({ verdict }));
  commitStep(database, makeCommit(1, { rollouts }));
  expect(firstFailure(database, [1, 3, 4, 2])).toBe(4);
  expect(firstFailure(database, [3, 1])).toBeUndefined();
});
