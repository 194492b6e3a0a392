import { expect, test } from "bun:test";
import { join } from "node:path";
import type { ConfigInput } from "../../src/config/schema.ts";
import {
  appendEvent,
  claimEngine,
  commitEvaluation,
  commitStep,
  insertMetrics,
  type RunDatabase,
  RunDirectory,
  releaseEngine,
  setRunState,
} from "../../src/runs/index.ts";
import { planCharts } from "../../src/tracking/report/curves.ts";
import { report } from "../../src/tracking/report/report.ts";
import { makeCommit, makeConfig, makeRollout, makeTask, temporaryFolder } from "../runs/fixtures.ts";

/** Text that would be more than text where it is not escaped. */
const HOSTILE =
  "</script></style></pre></title><script>alert(1)</script><img src=x onerror=alert(1)>\" onload='alert(1)' --> ]]> \u001b[31m \u009b2J \u202e | `x` [a](javascript:alert(1)) \u0000";

function makeRun(
  folder: string,
  fill: (database: RunDatabase) => void,
  config: ConfigInput = {},
  name = "first",
) {
  const run = RunDirectory.create(join(folder, name), makeConfig(config));
  using database = run.openDatabase();
  fill(database);
  return run;
}

/** Everything that a browser would see of a page: elements with their attributes, and the texts. */
async function seen(page: string) {
  const [elements, texts]: [{ tag: string; attributes: [string, string][] }[], string[]] = [[], []];
  const rewriter = new HTMLRewriter().on("*", {
    element: ({ tagName, attributes }) => {
      elements.push({ tag: tagName, attributes: [...attributes] as [string, string][] });
    },
    text: ({ text }) => {
      texts.push(text);
    },
  });
  await rewriter.transform(new Response(page)).text();
  return { elements, text: texts.join("") };
}

const TAGS =
  "html head meta title style body header main section h1 h2 h3 h4 p div table thead tbody tr th td figure figcaption svg g line path text circle ul ol li span b i small a q code pre article details summary br";
const ATTRIBUTES =
  "lang charset http-equiv content name class style title id href open scope viewBox role aria-label x y x1 x2 y1 y2 cx cy r d text-anchor";

test("whatever models and programs wrote is text: no tag, no attribute, no script, nothing loaded", async () => {
  using folder = temporaryFolder();
  const run = makeRun(
    folder.path,
    (database) => {
      const task = makeTask(1, {
        program: `def f(x):\n    """${HOSTILE}"""\n    return 1`,
        inputs: [HOSTILE],
        outputs: [HOSTILE],
        message: HOSTILE,
        learnability: 0.75,
      });
      const hostile = {
        prompt: HOSTILE,
        response: `\`\`\`python\n${HOSTILE}\n\`\`\`${HOSTILE}`,
        detail: HOSTILE,
      };
      commitStep(
        database,
        makeCommit(1, {
          metrics: {
            [`flags/${HOSTILE}`]: 1,
            [`propose/${HOSTILE.replaceAll("/", "")}/reward`]: 1,
            [HOSTILE]: 2,
          },
          tasks: [task],
          rollouts: [
            makeRollout({ ...hostile, verdict: HOSTILE, components: { [HOSTILE]: 1 }, answer: HOSTILE }),
            makeRollout({ ...hostile, role: "propose", answer: `def f(): ${HOSTILE}` }),
          ],
        }),
      );
      const scores = { [`${HOSTILE}@1`]: 0.5 };
      commitEvaluation(
        database,
        { step: 1, benchmark: HOSTILE, scores, settings: {}, startedAt: 1, finishedAt: 2 },
        [],
      );
      setRunState(database, "crashed", HOSTILE);
    },
    { model: { source: HOSTILE } },
  );
  const page = report(run, [], "html");
  const { elements, text } = await seen(page);
  const [tags, attributes] = [new Set(TAGS.split(" ")), new Set(ATTRIBUTES.toLowerCase().split(" "))];
  expect([...new Set(elements.map(({ tag }) => tag))].filter((tag) => !tags.has(tag))).toEqual([]);
  const used = elements.flatMap(({ tag, attributes: own }) =>
    own.map(([name, value]) => ({ tag, name, value })),
  );
  expect(used.filter(({ name }) => !attributes.has(name.toLowerCase()))).toEqual([]);
  expect(used.filter(({ name, value }) => name === "href" && !/^#task-\d+$/.test(value))).toEqual([]);
  expect(used.filter(({ name, value }) => name === "style" && !/^height:\d+%$/.test(value))).toEqual([]);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}]/u);
  expect(page).not.toMatch(/https?:\/\//);
  // It is all there to be read.
  expect(text.split("&lt;img src=x onerror=alert(1)&gt;").length).toBeGreaterThan(10);

  const markdown = report(run, [], "markdown");
  expect(markdown).not.toMatch(/(?![\n])[\p{Cc}\p{Cf}]/u);
  expect(markdown).not.toMatch(/(?<!\\)[<>]/);
});

const evaluation = { benchmark: "humaneval", settings: {}, startedAt: 1, finishedAt: 2 };

test("curves, evaluations with intervals, tasks with lineage, rollouts and settings are in it", async () => {
  using folder = temporaryFolder();
  const run = makeRun(
    folder.path,
    (database) => {
      for (let step = 1; step <= 4; step++) {
        const metrics = {
          "solve/deduction/reward": step / 10,
          "update/loss": step === 2 ? Number.NaN : 1 / step,
          "seconds/step": 90,
          "flags/network": step,
        };
        const verdict = step % 2 === 0 ? "ok" : "wrong";
        commitStep(
          database,
          makeCommit(step, {
            metrics,
            tasks: [makeTask(step, { step, parents: step > 1 ? [step - 1] : [], solveRate: step / 4 })],
            evicted: step === 3 ? [2] : [],
            rollouts: [
              makeRollout({ step, verdict, reward: step % 2 === 0 ? 1 : -0.5, response: `answer ${step}` }),
            ],
          }),
        );
      }
      for (const step of [2, 4]) {
        const scores = { "pass@1": step / 10, "pass@1/low": 0.1, "pass@1/high": 0.5, problems: 164 };
        commitEvaluation(database, { ...evaluation, step, scores }, []);
      }
      const message = "training.optimizer.learning_rate: 0.001 -> 0.0001";
      appendEvent(database, { at: 5, step: 3, level: "info", source: "config", message });
      appendEvent(database, { at: 6, step: 3, level: "info", source: "engine", message: "not a setting" });
      setRunState(database, "finished", "all 4 steps are done");
    },
    { seed: 9, steps: 4 },
  );
  const page = report(run, [], "html");
  const { text } = await seen(page);
  expect(text).toContain("finished: all 4 steps are done");
  expect(text).toContain("6 min 00 s");
  expect(text).toContain("Reward of answers");
  expect(text).toContain("0.1 → 0.4");
  expect(text).toContain("pass@1 40.0% (10.0% to 50.0%), problems 164");
  expect(text).toContain("humaneval pass@1");
  expect(page).toContain("Lineage: #1 → #2 → #3 → #4");
  expect(text).toContain("answer 4");
  expect(text).toContain("answer 3");
  expect(text).not.toContain("answer 1");
  expect(text).toContain("network10");
  expect(text).toContain("seed9");
  expect(text).toContain("Changed on the way");
  expect(text).toContain("3training.optimizer.learning_rate: 0.001 -&gt; 0.0001");
  expect(text).not.toContain("not a setting");
  expect(text).toContain("Tasks proposed4of them in the buffers3");
  expect(text).toContain("deductionproposed31");
  expect(page).not.toMatch(/NaN|undefined|\[object/);

  const markdown = report(run, [], "markdown");
  expect(markdown).toContain("| solve/deduction/reward | 0.1 | 0.4 |");
  expect(markdown).toContain("| humaneval pass@1 | 4 | 40.0% (10.0% to 50.0%) | 1970-01-01 00:00 UTC |");
  expect(markdown).toContain("| seed | 9 |");
  expect(markdown).toContain("| 3 | training.optimizer.learning\\_rate: 0.001 -\\> 0.0001 |");
});

test("a run that has begun, one at work, one that died and one on given texts have their report", async () => {
  using folder = temporaryFolder();
  const fresh = makeRun(folder.path, () => undefined, {}, "fresh");
  expect((await seen(report(fresh, [], "html"))).text).toContain("created");
  const live = makeRun(
    folder.path,
    (database) => {
      claimEngine(database);
      setRunState(database, "running");
      commitStep(database, makeCommit(1));
    },
    {},
    "live",
  );
  expect((await seen(report(live, [], "html"))).text).toContain("Staterunning");
  using database = live.openDatabase();
  releaseEngine(database);
  expect((await seen(report(live, [], "html"))).text).toContain(
    "crashed: the engine ended without saying why",
  );
  const sft = makeRun(
    folder.path,
    (own) => {
      insertMetrics(own, 0, { "validation/loss": 3 });
      for (const step of [1, 2]) {
        const metrics = { "update/loss": 2 / step, "update/tokens": 50 };
        commitStep(own, makeCommit(step, { metrics, tasks: [], rollouts: [] }));
      }
    },
    { training: { algorithm: { type: "sft", data: "rows.jsonl" } } },
    "warm",
  );
  const { text } = await seen(report(sft, [], "html"));
  expect(text).toContain("Tokens learnt from100");
  expect(text).toContain("Loss");
  expect(text).not.toContain("Rollouts");
  expect(text).not.toContain("Tasks");
});

test("runs beside each other share each figure's chart, a line for each, and their settings", async () => {
  using folder = temporaryFolder();
  const fill = (by: number) => (database: RunDatabase) => {
    for (const step of [1, 2])
      commitStep(database, makeCommit(step, { metrics: { "update/loss": by * step } }));
  };
  const one = makeRun(folder.path, fill(1), { seed: 1 }, "one");
  const two = makeRun(folder.path, fill(2), { seed: 2 }, "two");
  const page = report(one, [two], "html");
  const { text } = await seen(page);
  expect(page).toContain("<title>one, two</title>");
  expect(page).toContain("one, step 2: 2");
  expect(page).toContain("two, step 2: 4");
  expect(text).toContain("seed1");
  expect(text).toContain("seed2");
});

test("every figure is in some chart, once", () => {
  const names = [
    "propose/deduction/reward",
    "propose/abduction/reward",
    "solve/deduction/verdict/ok",
    "solve/deduction/verdict/wrong",
    "update/kl",
    "update/loss",
    "validation/loss",
    "something/new",
    "evaluation/humaneval/pass@1",
  ];
  const sections = planCharts(names);
  const drawn = sections.flatMap(({ charts }) =>
    charts.flatMap(({ lines }) => lines.map(({ name }) => name)),
  );
  expect(drawn.sort()).toEqual(names.filter((name) => !name.startsWith("evaluation/")).sort());
  const titled = (title: string) =>
    sections.flatMap(({ charts }) => charts).find((chart) => chart.title === title);
  expect(titled("Reward of proposals")?.lines.map(({ label }) => label)).toEqual(["deduction", "abduction"]);
  expect(titled("Loss")?.lines.map(({ label }) => label)).toEqual(["loss", "validation"]);
  expect(titled("Verdicts: solve, deduction")?.lines.map(({ label }) => label)).toEqual(["ok", "wrong"]);
  expect(sections.at(-1)).toMatchObject({ title: "All other figures", folded: true });
});

test("strategies, curriculum and experience have charts of their own; details are a chart for each type", () => {
  const plan = planCharts([
    "curriculum/deduction/difficulty",
    "curriculum/deduction/solve_rate",
    "curriculum/difficulty",
    "experience/solutions",
    "propose/abduction/component/format",
    "propose/deduction/component/format",
    "propose/deduction/component/learnability",
    "propose/deduction/new_tasks/0-0.25",
    "propose/deduction/templates",
    "solve/abduction/strategy/direct/rate",
    "solve/deduction/own_checks",
    "solve/deduction/strategy/direct/rate",
    "solve/deduction/strategy/test-driven/attempts",
    "solve/deduction/strategy/test-driven/rate",
    "update/experience_loss",
  ]);
  const shown = plan.map(({ title, charts }) => [
    title,
    charts.map((chart) => `${chart.title} = ${chart.lines.map(({ label }) => label).join(", ")}`),
  ]);
  expect(shown).toEqual([
    [
      "Curriculum, strategies and experience",
      [
        "Difficulty = deduction, curriculum/difficulty",
        "Solve rate that the difficulty goes by = deduction",
        "Right answers by strategy: abduction = direct",
        "Right answers by strategy: deduction = direct, test-driven",
        "Answers by strategy: deduction = test-driven",
        "Own checks that hold = deduction",
        "Tasks that templates wrote = deduction",
        "Verified solutions kept = solutions",
        "Loss on verified solutions = experience loss",
      ],
    ],
    [
      "All other figures",
      [
        "Parts of the reward: propose, abduction = format",
        "Parts of the reward: propose, deduction = format, learnability",
        "New tasks by solve rate: deduction = 0-0.25",
      ],
    ],
  ]);
});
