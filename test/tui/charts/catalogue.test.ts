import { expect, test } from "bun:test";
import { metricNames } from "../../../src/runs/index.ts";
import { expandMetric, METRICS, metricEntry } from "../../../src/runs/metric-names.ts";
import { CHARTS, chartsOf, seriesOf } from "../../../src/tui/charts/catalogue.ts";
import { CHART_VIEW, changedView } from "../../../src/tui/charts/chart-view.ts";
import { History } from "../../../src/tui/charts/history.ts";
import { recordRun } from "../../fixtures/recorded-run.ts";
import { temporaryFolder } from "../../runs/fixtures.ts";

const EXAMPLES: Record<string, string> = {
  "<strategy>": "test-driven",
  "<phase>": "propose",
  "<flag>": "import:os",
  "<figure>": "loss",
  "<benchmark>": "tiny-heldout",
  "<score>": "pass@1",
};

test("every chart draws documented figures, and no figure is in two", () => {
  const names = METRICS.flatMap(({ name }) => expandMetric(name, ["deduction", "mathematics"])).map((name) =>
    name.replace(/<[a-z]+>/g, (part) => EXAMPLES[part] ?? "x"),
  );
  for (const { id, figures } of CHARTS) {
    if (!figures) continue;
    const drawn = names.filter((name) => figures.test(name));
    expect([id, drawn.length > 0]).toEqual([id, true]);
    for (const name of drawn) {
      expect(metricEntry(name)).not.toBe(null);
      expect(CHARTS.filter((other) => other.figures?.test(name)).map((other) => other.id)).toEqual([id]);
    }
  }
  expect(new Set(CHARTS.map(({ id }) => id)).size).toBe(CHARTS.length);
});

test("a run has the charts of its figures: losses first where given texts are learnt, scores once it is evaluated", () => {
  const titles = (names: readonly string[], evaluated = false) =>
    chartsOf(names, evaluated).map(({ title }) => title);
  expect(titles(["update/gradient_norm", "update/loss", "validation/loss", "epoch"])).toEqual([
    "Loss",
    "Gradient norm",
  ]);
  expect(titles(["propose/deduction/reward", "solve/deduction/solve_rate"], true)).toEqual([
    "Proposer reward",
    "pass@k",
    "Solve rate",
  ]);
  // What is learnt is seen on the first page, beside the reward.
  expect(
    titles(
      [
        "propose/deduction/reward",
        "propose/deduction/unique",
        "solve/deduction/reward",
        "evaluation/tiny-heldout/pass@1",
      ],
      true,
    ),
  ).toEqual(["Solver reward", "Held-out accuracy", "Different programs", "Proposer reward", "pass@k"]);
  expect(titles(["solve/abduction/strategy/test-driven/rate", "curriculum/difficulty"])).toEqual([
    "Difficulty of tasks",
    "Right by strategy",
  ]);
});

test("lines go by the order of the types, with their marks; others are named by what differs", () => {
  using folder = temporaryFolder();
  using database = recordRun(folder.path).openDatabase({ readonly: true });
  const source = { database, history: History.of(database), names: metricNames(database), revision: 0 };
  const lines = (id: string) =>
    seriesOf(CHARTS.find((chart) => chart.id === id) as (typeof CHARTS)[number], source);
  expect(lines("proposer-reward").map(({ title, mark }) => `${mark} ${title}`)).toEqual([
    "● deduction",
    "■ abduction",
    "▲ induction",
  ]);
  expect(lines("memory").map(({ title, points }) => [title, points.at(-1)?.value])).toEqual([
    ["active", 560],
    ["peak", 900],
    ["resident", 1234],
  ]);
});

test("held-out accuracy by type, each with its look, under that of all; other groups have looks of their own", () => {
  using folder = temporaryFolder();
  using database = recordRun(folder.path).openDatabase();
  for (const [group, value] of [
    ["", 0.5],
    ["completion/", 0.9],
    ["abduction/", 0.2],
    ["deduction/", 0.4],
  ] as const)
    database.run("INSERT INTO metrics (step, name, value) VALUES (4, ?, ?)", [
      `evaluation/tiny-heldout/${group}pass@1`,
      value,
    ]);
  const source = { database, history: History.of(database), names: metricNames(database), revision: 0 };
  const lines = seriesOf(CHARTS.find(({ id }) => id === "held-out") as (typeof CHARTS)[number], source);
  expect(lines.map(({ title, mark, points }) => [title, mark, points.at(-1)?.value])).toEqual([
    ["all", "▼", 0.5],
    ["deduction", "●", 0.4],
    ["abduction", "■", 0.2],
    ["completion", "○", 0.9],
  ]);
  expect(new Set(lines.map(({ colour }) => colour)).size).toBe(4);
});

test("charts are gone through in both directions and round; a run without any takes no key", () => {
  const ids = ["a", "b", "c"];
  const scene = { ids, lines: ["x"], steps: [1, 10] as const };
  const go = (...actions: ("next-chart" | "previous-chart")[]) =>
    actions.reduce((view, action) => changedView(view, action, scene) ?? view, CHART_VIEW).selected;
  expect(go("next-chart")).toBe("b");
  expect(go("next-chart", "next-chart", "next-chart")).toBe("a");
  expect(go("previous-chart")).toBe("c");
  expect(changedView(CHART_VIEW, "smooth", { ...scene, ids: [] })).toBe(null);
  // A chart that is not there any more: the first is selected.
  expect(changedView({ ...CHART_VIEW, selected: "gone" }, "next-chart", scene)?.selected).toBe("b");
});
