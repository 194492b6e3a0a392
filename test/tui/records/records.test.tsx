import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { commitStep } from "../../../src/runs/index.ts";
import { recordRun } from "../../fixtures/recorded-run.ts";
import { makeCommit, makeRollout, makeTask, temporaryFolder } from "../../runs/fixtures.ts";
import { goLive, openStage } from "../stage.tsx";

setDefaultTimeout(30_000);

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
let count = 0;

function open(columns = 80, rows = 24) {
  const run = recordRun(`${folder.path}/${count++}`);
  const stage = openStage(run, columns, rows);
  return { run, ...stage.screen, ...stage };
}

const paste = (text: string) => `\x1b[200~${text}\x1b[201~`;

test("a list is narrowed by fields; what is wrong is said beside what is allowed and what stands before it holds", async () => {
  using stage = open();
  await stage.press("2", "/", paste("type:abd solve<0.5 sole>1"));
  const text = await stage.text();
  expect(text).toContain("Tasks: 5 with type:abd solve<0.5 ");
  expect(text).toContain("There is no field sole");
  await stage.press("\r");
  expect(await stage.text()).toContain("There is no field sole");
  await stage.press("\x17", "-", "i", "d", "\t", ":", "5", "\r");
  expect(await stage.text()).toContain("Tasks: 4 with type:abd solve<0.5 -id:5");
  await stage.press("\x1b");
  expect(await stage.text()).toContain("Tasks: 39 ");
});

test("a slash in an open task leaves it for the list's filter: what is typed next tells the engine nothing", async () => {
  using stage = openStage(recordRun(`${folder.path}/slash`), 80, 24);
  goLive(stage);
  await stage.screen.press("2", "\r", "/", "s", " ", "e");
  expect(await stage.screen.text()).toContain("filter: s e");
  expect(stage.source.sent).toEqual([]);
  await stage.screen.press("\x1b");
  expect(await stage.screen.text()).toContain("Tasks: 39 ");
});

test("tab completes a field and a value that the run has, or shows what could follow", async () => {
  using stage = open();
  await stage.press("3", "/", paste("verd"), "\t", "s", "\t");
  expect(await stage.text()).toContain("filter: verdict:syntax-error");
  expect(await stage.text()).toContain("Rollouts: 36 with verdict:syntax-error");
  await stage.press(" ", "r", "\t");
  expect(await stage.text()).toContain("role:  reward  response:");
});

test("n and N go to the failures, in the list and in one rollout; brackets to every row", async () => {
  using stage = open();
  await stage.press("3", "n");
  expect(await stage.text()).toContain("▸   215");
  await stage.press("\r", "n", "n");
  expect(await stage.text()).toContain("Rollout 210");
  await stage.press("]");
  expect(await stage.text()).toMatch(/Rollout 209 ─+ 8 of 216/);
  await stage.press("N", "N", "N");
  expect(await stage.text()).toContain("Rollout 215");
  await stage.press("N");
  expect(await stage.text()).toContain("no failure before this one");
  await stage.press("[");
  expect(await stage.text()).toContain("Rollout 216");
});

test("links lead from a task to its parents and attempts, from these to the task, and escape back", async () => {
  using stage = open(80, 45);
  await stage.press("2", "\r");
  expect(await stage.text()).toMatch(/lineage +│\n.*├─ 1 [\s\S]*● 39 this task[\s\S]*attempts: 4, 3 right/);
  await stage.press("l", "\r");
  expect(await stage.text()).toContain("Task 1 ");
  await stage.press("\x1b");
  // The link is where it was left: L goes on from it to the last one.
  await stage.press("L", "\r");
  expect(await stage.text()).toContain("[3 Rollouts]");
  expect(await stage.text()).toContain("Rollout 213 ");
  await stage.press("l", "\r");
  expect(await stage.text()).toContain("Task 39 ");
  await stage.press("\x1b");
  expect(await stage.text()).toContain("Rollout 213 ");
  await stage.press("\x1b");
  expect(await stage.text()).toContain("Task 39 ");
  await stage.press("\x1b");
  expect(await stage.text()).toContain("Tasks: 39 ");
});

test("rollouts are seen by groups too, and a group leads to its rollouts", async () => {
  using stage = open();
  await stage.press("3", "u", "/", paste("right>0 right<1 role:solve"), "\r");
  expect(await stage.text()).toMatch(/Groups: \d+ with right>0 right<1 role:solve/);
  await stage.press("\r", "l", "l", "l", "\r");
  expect(await stage.text()).toContain("Rollout 215 ");
  await stage.press("\x1b");
  expect(await stage.text()).toContain("Group 213 ");
  await stage.press("\x1b", "u");
  expect(await stage.text()).toContain("Rollouts: 216 ");
});

test("columns are chosen, and those of no room left out", async () => {
  using stage = open(60, 20);
  const header = async () => (await stage.text()).split("\n")[3];
  await stage.press("2");
  expect(await header()).toMatch(/▾id type +solved +learn\. program/);
  await stage.press("v", "j", "j", " ");
  expect(await stage.text()).toContain("▸ [ ] type");
  await stage.press("j", " ", "\x1b");
  expect(await header()).toMatch(/▾id {2}step {2}solved {2}learn\. {2}drawn program/);
  await stage.resize(140, 45);
  expect(await header()).toMatch(/▾id {2}step origin +solved +learn\. +drawn program/);
});

test("the selection stays with its row when tasks come, but at the top", async () => {
  using stage = open();
  await stage.press("2");
  const add = (id: number, step: number) => {
    using database = stage.run.openDatabase();
    commitStep(
      database,
      makeCommit(step, { tasks: [makeTask(id, { step })], rollouts: [makeRollout({ step })] }),
    );
    stage.source.show({ revision: stage.source.getView().revision + 1 });
  };
  add(40, 13);
  expect(await stage.text()).toContain("▸    40    13");
  await stage.press("j");
  add(41, 14);
  expect(await stage.text()).toContain("▸    39    12");
});

test("the log is filtered by level and text, wraps, and leads to the rollouts of a step", async () => {
  using stage = open(60, 20);
  await stage.press("5");
  expect(await stage.text()).toMatch(/Log: 15 ─+ follows/);
  await stage.press("t", "t");
  expect(await stage.text()).toContain("Log: 2 with warning and above");
  await stage.press("g", "\r");
  expect(await stage.text()).toContain("Rollouts: 18 with step:5");
  await stage.press("5", "\x1b", "/", paste("step>=10 -source:training"), "\r");
  expect(await stage.text()).toContain("Log: 3 with step>=10 -source:training");
  expect(await stage.text()).not.toContain("27.1)");
  await stage.press("w");
  expect(await stage.text()).toContain("27.1)");
});

test("thoughts, answers and blocks of code of a response are told apart; parts that do not add up are said", async () => {
  using stage = open(80, 45);
  {
    using database = stage.run.openDatabase();
    const response =
      "<think>\nlet me see\n</think>\n<answer>\n```python\ndef f(x):\n    return x\n```\n</answer>";
    const rollout = makeRollout({ step: 13, response, reward: 1, components: { right: 1, kl: -0.25 } });
    commitStep(database, makeCommit(13, { tasks: [], rollouts: [rollout] }));
  }
  stage.source.show({ revision: 1 });
  await stage.press("3", "\r");
  const text = await stage.text();
  expect(text).toContain("1.000, but its parts add up to 0.750");
  expect(text).toMatch(/\+1\.000 right\s+│\n│\s+-0\.250 kl/);
  expect(text).toMatch(
    /<think>\s+│\n│ let me see\s+│\n│ <\/think>\s+│\n│ <answer>\s+│\n│ ```python\s+│\n│ def f/,
  );
});

test("the help of a list names its fields", async () => {
  using stage = open(140, 45);
  await stage.press("3", "?", "G");
  expect(await stage.text()).toContain("logprob");
  expect(await stage.text()).toMatch(/verdict +ok, wrong, or why it was rejected: the beginning of a name/);
  await stage.press("?", "2", "?", "G");
  expect(await stage.text()).toMatch(/evicted +step in which the buffer gave it up: a number/);
});

test("the columns are chosen over the list, which changes below; what is said stands above the keys", async () => {
  using stage = openStage(recordRun(folder.path, { name: "over" }), 80, 24);
  await stage.screen.press("2", "v");
  const lines = (await stage.screen.text()).split("\n");
  expect(lines[3]).toContain("▾id ");
  expect(lines.at(-1)).toBe(" space show  esc close");
  await stage.screen.press(" ");
  const without = (await stage.screen.text()).split("\n");
  expect(without[3]).not.toContain("▾id");
  expect(without.join("\n")).toContain("╭─ Columns ─");
  await stage.screen.press(" ", "v", "y");
  const said = (await stage.screen.text()).split("\n");
  expect(said.at(-2)).toMatch(/^╰─ copied: \d+ (lines|characters) ─+╯$/);
  expect(said.at(-1)).toContain("? help");
  await stage.screen.press(":", ..."goto 99999", "\r");
  expect((await stage.screen.text()).split("\n").at(-2)).toStartWith("╰─ no row 99999 ─");
  await stage.screen.press("j");
  expect(await stage.screen.text()).not.toContain("no row");
});
