import type { LineChart } from "../../pages/line-chart.ts";

/** A chart of a kind of figure: one line for each name that fits, named by what the pattern catches. */
interface Family {
  title: string;
  pattern: RegExp;
  unit?: LineChart["unit"];
  /** A chart for each thing that the pattern's group `of` catches, which goes into the title. */
  split?: boolean;
}

interface CurveSection {
  title: string;
  families: readonly Family[];
}

/** What is drawn and in which order; a figure that fits nowhere is among the others at the end. */
const SECTIONS: readonly CurveSection[] = [
  {
    title: "Rewards",
    families: [
      { title: "Reward of proposals", pattern: /^propose\/([^/]+)\/reward$/ },
      { title: "Reward of answers", pattern: /^solve\/([^/]+)\/reward$/ },
      { title: "Learnability of valid proposals", pattern: /^propose\/([^/]+)\/learnability$/ },
    ],
  },
  {
    title: "Solving and proposing",
    families: [
      { title: "Solve rate", pattern: /^solve\/([^/]+)\/solve_rate$/, unit: "share" },
      { title: "Solve rate of new tasks", pattern: /^solve\/([^/]+)\/new_solve_rate$/, unit: "share" },
      { title: "Valid proposals", pattern: /^propose\/([^/]+)\/validity$/, unit: "share" },
      { title: "Different programs in a step", pattern: /^propose\/([^/]+)\/unique$/, unit: "share" },
      { title: "Different from recent steps", pattern: /^propose\/([^/]+)\/unique_recent$/, unit: "share" },
      { title: "Tasks admitted", pattern: /^propose\/([^/]+)\/admitted$/ },
      { title: "Tasks in the buffers", pattern: /^buffer\/([^/]+)\/tasks$/ },
    ],
  },
  {
    title: "Curriculum, strategies and experience",
    families: [
      { title: "Difficulty", pattern: /^curriculum\/(?:([^/]+)\/)?difficulty$/, unit: "share" },
      {
        title: "Solve rate that the difficulty goes by",
        pattern: /^curriculum\/([^/]+)\/solve_rate$/,
        unit: "share",
      },
      {
        title: "Right answers by strategy",
        pattern: /^solve\/(?<of>[^/]+)\/strategy\/([^/]+)\/rate$/,
        unit: "share",
        split: true,
      },
      {
        title: "Answers by strategy",
        pattern: /^solve\/(?<of>[^/]+)\/strategy\/([^/]+)\/attempts$/,
        split: true,
      },
      { title: "Own checks that hold", pattern: /^solve\/([^/]+)\/own_checks$/, unit: "share" },
      { title: "Tasks that templates wrote", pattern: /^propose\/([^/]+)\/templates$/ },
      { title: "Valid template tasks", pattern: /^propose\/([^/]+)\/template_validity$/, unit: "share" },
      { title: "Verified solutions kept", pattern: /^experience\/(solutions)$/ },
      { title: "Loss on verified solutions", pattern: /^update\/(experience_loss)$/ },
    ],
  },
  {
    title: "Lengths",
    families: [
      { title: "Tokens of a proposal", pattern: /^propose\/([^/]+)\/response_tokens$/ },
      { title: "Tokens of an answer", pattern: /^solve\/([^/]+)\/response_tokens$/ },
      { title: "Proposals cut at the limit", pattern: /^propose\/([^/]+)\/cut$/, unit: "share" },
      { title: "Answers cut at the limit", pattern: /^solve\/([^/]+)\/cut$/, unit: "share" },
    ],
  },
  {
    title: "Update",
    families: [
      { title: "Loss", pattern: /^(?:update\/((?:policy_)?loss)|(validation)\/loss)$/ },
      { title: "Entropy", pattern: /^update\/(entropy)$/ },
      { title: "KL divergence", pattern: /^update\/(\w*kl\w*)$/ },
      { title: "Gradient norm", pattern: /^update\/(gradient_norm)$/ },
      { title: "Clipped ratios", pattern: /^update\/(\w*clip\w*)$/, unit: "share" },
      { title: "Learning rate", pattern: /^update\/(learning_rate)$/ },
    ],
  },
  {
    title: "Speed and memory",
    families: [
      { title: "Tokens per second", pattern: /^(generation|update)\/tokens_per_second$/ },
      { title: "Seconds by phase", pattern: /^seconds\/(\w+)$/ },
      { title: "Share of a step that nothing hides", pattern: /^overlap\/(exposed)$/, unit: "rate" },
      { title: "Memory", pattern: /^memory\/(\w+)$/, unit: "bytes" },
    ],
  },
  { title: "Safety", families: [{ title: "Flags", pattern: /^flags\/(.+)$/ }] },
];

/** Of less interest: a chart for each role and type, or type. */
const DETAILS: readonly Family[] = [
  { title: "Verdicts", pattern: /^(?<of>(?:propose|solve)\/[^/]+)\/verdict\/(.+)$/, split: true },
  {
    title: "Parts of the reward",
    pattern: /^(?<of>(?:propose|solve)\/[^/]+)\/component\/(.+)$/,
    split: true,
  },
  { title: "New tasks by solve rate", pattern: /^propose\/(?<of>[^/]+)\/new_tasks\/(.+)$/, split: true },
];

/** A chart to be: names of figures with their labels. */
export interface PlannedChart {
  title: string;
  unit?: LineChart["unit"];
  lines: { label: string; name: string }[];
}

export interface PlannedSection {
  title: string;
  charts: PlannedChart[];
  /** Of less interest: folded on the page. */
  folded: boolean;
}

/** The charts that a run's figures make. Evaluations have a section of their own. */
export function planCharts(names: readonly string[]): PlannedSection[] {
  const left = new Set(names.filter((name) => !name.startsWith("evaluation/")));
  const sections = SECTIONS.map(({ title, families }) => ({
    title,
    folded: false,
    charts: families.flatMap((family) => chartsOf(family, left)),
  }));
  const others = [...DETAILS.flatMap((family) => chartsOf(family, left)), ...[...left].map(single)];
  return [...sections, { title: "All other figures", folded: true, charts: others }].filter(
    ({ charts }) => charts.length > 0,
  );
}

/** Takes the names that fit out of those left. */
function chartsOf({ title, pattern, unit, split = false }: Family, left: Set<string>): PlannedChart[] {
  const charts = new Map<string, PlannedChart>();
  for (const name of [...left]) {
    const match = pattern.exec(name);
    if (!match) continue;
    left.delete(name);
    const of = split ? (match.groups?.of ?? "") : "";
    const caught = match.slice(split ? 2 : 1).find((part) => part !== undefined) ?? name;
    const chart = charts.get(of) ?? {
      title: of ? `${title}: ${of.replace("/", ", ")}` : title,
      ...(unit ? { unit } : {}),
      lines: [],
    };
    chart.lines.push({ name, label: caught.replaceAll("_", " ") });
    charts.set(of, chart);
  }
  return [...charts.values()];
}

const single = (name: string): PlannedChart => ({ title: name, lines: [{ name, label: "" }] });
