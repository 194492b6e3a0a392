import type { Curves } from "../parts/curves.ts";
import { comparisons, type Measured } from "./comparisons.ts";
import { ownTasks } from "./own-tasks.ts";
import { answerRewards } from "./rewards.ts";

export interface Findings {
  /** Date, machine and settings, a line. */
  about: string;
  variants: readonly { name: string; about: string }[];
  /** On problems that nothing was chosen on. */
  unseen: Measured;
  /** On the problems of tiny-heldout. */
  heldOut: Measured;
  /** Of each variant's runs. */
  drawn: ReadonlyMap<string, readonly Curves[]>;
}

/** What was found, as Markdown. */
export function report({ about, variants, unseen, heldOut, drawn }: Findings): string {
  const parts = [
    "# What self-play teaches tiny",
    about,
    variants
      .flatMap(({ name, about: what }) => {
        const seeds = drawn.get(name)?.length ?? 0;
        return seeds > 0 ? [`- ${name}, ${seeds} ${seeds > 1 ? "seeds" : "seed"}: ${what}`] : [];
      })
      .join("\n"),
    "Shares in percent, differences in points with 95% intervals. Over problems: the paired bootstrap, the seeds pooled, so for these seeds and other problems. Over seeds: Student's t over the seeds (Welch's where both sides have several), for other seeds and these problems. The column of seeds has each one's own figure.",
    "## Unseen problems",
    "800 problems as those of tiny-heldout are, of other computations, on which no setting was chosen. Greedy deduction of tiny, here, is the main measure.",
    ...compared(unseen),
    "## tiny-heldout",
    "The 800 problems that come with azr-tui. Settings of the preset were chosen on them.",
    ...compared(heldOut),
    "## Own tasks",
    "### The last ten steps",
    "Means over the seeds. Different: among the valid programs of the last steps.",
    ownTasks(drawn),
    "### Reward of answers",
    "Each seed.",
    answerRewards(drawn),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function compared(measured: Measured): string[] {
  return comparisons(measured).flatMap(([title, words, table]) => [`### ${title}`, words, table]);
}
