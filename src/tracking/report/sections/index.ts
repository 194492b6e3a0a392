import type { Markup } from "../../../pages/markup.ts";
import { curves } from "./curves.ts";
import { evaluationResults } from "./evaluations.ts";
import type { ReportedRuns } from "./reported-runs.ts";
import { rollouts } from "./rollouts.ts";
import { safety } from "./safety.ts";
import { settings } from "./settings.ts";
import { summary } from "./summary.ts";
import { tasks } from "./tasks.ts";

/** A section of the page; null when the runs have nothing for it. */
export type Section = (runs: ReportedRuns) => Markup | null;

export const SECTIONS: readonly Section[] = [
  summary,
  curves,
  evaluationResults,
  tasks,
  rollouts,
  safety,
  settings,
];
