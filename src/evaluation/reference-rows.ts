import type { BenchmarkName } from "../config/benchmark-name.ts";

/** Figures that another project gives for a model: quoted, never measured here. */
export interface ReferenceRow {
  model: string;
  /** Who quotes them. */
  project: string;
  /** By the name of the score, as a share. */
  scores: Record<string, number>;
}

const PROJECT = "Absolute Zero Reasoner platform (J. H. James)";

/** HumanEval, MBPP, then APPS introductory, interview and competition, percent. */
const QUOTED: readonly (readonly [model: string, ...percents: [number, number, number, number, number]])[] = [
  ["GPT-3.5", 48.1, 52.3, 43.7, 27.5, 11.2],
  ["Claude 2", 56.0, 61.5, 51.2, 33.8, 15.6],
  ["CodeLlama-34B", 53.7, 57.2, 48.9, 31.2, 14.1],
];

/** The rows of a benchmark; none where nothing is quoted. */
export function referenceRows(benchmark: BenchmarkName): ReferenceRow[] {
  return QUOTED.flatMap(([model, humaneval, mbpp, introductory, interview, competition]) => {
    const percents: Partial<Record<BenchmarkName, Record<string, number>>> = {
      humaneval: { "pass@1": humaneval },
      mbpp: { "pass@1": mbpp },
      apps: {
        "introductory/pass@1": introductory,
        "interview/pass@1": interview,
        "competition/pass@1": competition,
      },
    };
    const own = percents[benchmark];
    if (!own) return [];
    const scores = Object.fromEntries(
      Object.entries(own).map(([name, percent]) => [name, Number((percent / 100).toFixed(4))]),
    );
    return [{ model, project: PROJECT, scores }];
  });
}
