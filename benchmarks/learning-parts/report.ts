import { comparisons } from "./comparisons.ts";
import { ownTasks } from "./own-tasks.ts";
import { SETS } from "./problem-sets.ts";
import type { Results } from "./results.ts";
import { answerRewards } from "./rewards.ts";
import { shareOfThoughts } from "./thoughts.ts";
import { VARIANTS } from "./variants.ts";

/** What was found, as Markdown. */
export function report(results: Results, about: string): string {
  const { runs } = results;
  const count = (name: string) => runs.filter(({ variant }) => variant === name).length;
  const played = VARIANTS.filter(({ name }) => count(name) > 0);
  const sets = (Object.keys(SETS) as (keyof typeof SETS)[]).flatMap((set) => [
    `## ${set[0]?.toUpperCase()}${set.slice(1)}`,
    SETS[set],
    ...comparisons(results, set).flatMap(([title, words, table]) => [`### ${title}`, words, table]),
  ]);
  const parts = [
    "# What self-play teaches tiny",
    about,
    played
      .map(({ name, kind, about: what }) => {
        const seeds = count(name);
        return `- ${name} (${kind}, ${seeds} ${seeds > 1 ? "seeds" : "seed"}): ${what}`;
      })
      .join("\n"),
    "Shares in percent, differences in points with 95% intervals: over problems (the paired bootstrap, the seeds pooled) and over seeds (Student's t) together, half widths added in squares; beside the start model those of a single seed are over problems alone. The column of seeds has each one's own figure. Greedy deduction of unseen problems is the main measure.",
    ...sets,
    "## Own tasks",
    "### Answers with a thought",
    "Share of the answers to deductions, percent, each seed.",
    shareOfThoughts(results),
    "### The last ten steps",
    "Means over the seeds. Different: among the valid programs of the last steps. Met: how many of the 200 deductions of tiny-heldout, and of the unseen ones, were among the tasks in another writing, a run's mean.",
    ownTasks(runs),
    "### Reward of answers",
    "Means of ten steps each, every seed.",
    answerRewards(runs),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}
