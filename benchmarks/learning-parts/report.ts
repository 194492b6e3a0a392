import { byVariant } from "./by-variant.ts";
import { comparisons } from "./comparisons.ts";
import { difficulties } from "./difficulty.ts";
import { overview } from "./overview.ts";
import { ownTasks } from "./own-tasks.ts";
import { SETS } from "./problem-sets.ts";
import type { Results } from "./results.ts";
import { answerRewards } from "./rewards.ts";
import { shareOfThoughts } from "./thoughts.ts";

const GLOSSARY = `- as it comes, the start model: models/tiny before any self-play
- greedy: the likeliest token each time; sampled: four answers to a problem
- deduction, abduction, induction: the output, an input, the program is asked for; completion: a function under its head and docstring, which self-play does not practise
- a thought: the operations worked out between \`<think>\` and \`<ans>\`
- own tasks: those that a run's model proposed and that were found valid`;

/** What was found, as Markdown. */
export function report(results: Results, about: string): string {
  const { runs } = results;
  const sets = (Object.keys(SETS) as (keyof typeof SETS)[]).flatMap((set) => [
    `## ${set[0]?.toUpperCase()}${set.slice(1)}`,
    SETS[set],
    ...comparisons(results, set).flatMap(([title, words, table]) => [`### ${title}`, words, table]),
  ]);
  const parts = [
    "# What self-play teaches tiny",
    about,
    byVariant(runs)
      .map(([{ name, kind, about: what }, own]) => {
        const seeds = own.map(({ seed }) => seed).join(", ");
        return `- ${name} (${kind}, ${own.length > 1 ? "seeds" : "seed"} ${seeds}): ${what}`;
      })
      .join("\n"),
    "## In short",
    "Right answers to the unseen problems, greedily, percent; means over the seeds. Differences under some nine points cannot be told with one seed: the tables below have the intervals.",
    overview(results),
    "## How to read the tables",
    GLOSSARY,
    "Shares in percent, differences in points with 95% intervals: over problems (the paired bootstrap, the seeds pooled) and over seeds (Student's t) together, half widths added in squares; beside the start model those of a single seed are over problems alone. The column of seeds has each one's own figure. Greedy deduction of unseen problems is the main measure.",
    ...sets,
    "## Answers with a thought",
    "Share of the answers to deductions, percent, each seed.",
    shareOfThoughts(results),
    "## Own tasks",
    "### The last ten steps",
    "Means over the seeds. Different programs: by text, among the valid proposals. Different skeletons: with constants masked, so that `a + 3` and `a + 4` are one, among the tasks. Met: how many of the 200 deductions of tiny-heldout, and of the unseen ones, were among the tasks in another writing, a run's mean.",
    ownTasks(runs),
    "### How hard they are",
    "Share of a run's own tasks, of its first ten steps and of its last, that the model as it comes answers rightly, greedily; percent, each seed. Where it rises the tasks became easier.",
    difficulties(runs),
    "### Reward of answers",
    "Means of ten steps each, every seed, the first hundred.",
    answerRewards(runs),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}
