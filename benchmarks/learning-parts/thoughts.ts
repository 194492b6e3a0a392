import { RunDirectory } from "../../src/runs/run-directory.ts";
import { PART_TAGS } from "../../src/selfplay/prompts/tagged/tags.ts";
import type { Curves } from "../parts/curves.ts";

interface Row {
  type: string;
  step: number;
  share: number;
}

/** `solve/<type>/thoughts`: the share of a step's answers that begin with a thought, as further curves of a run. */
export function thoughts(run: string): Curves {
  using database = RunDirectory.open(run).openDatabase({ readonly: true });
  const rows = database.all<Row>(
    `SELECT type, step, avg(substr(response, 1, ?) = ?) AS share FROM rollouts
     WHERE role = 'solve' GROUP BY type, step ORDER BY type, step`,
    [PART_TAGS.thought.length, PART_TAGS.thought],
  );
  const byType = Map.groupBy(rows, ({ type }) => `solve/${type}/thoughts`);
  return Object.fromEntries(
    [...byType].map(([name, own]) => [name, own.map(({ step, share }) => [step, share])]),
  );
}
