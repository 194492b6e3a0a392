import { TASK_TYPES } from "../interfaces/role.ts";
import type { RunDatabase } from "../runs/database.ts";
import { programKeys } from "../runs/queries/rollouts.ts";
import type { RolloutRecord } from "../runs/records.ts";
import { uniqueShare } from "../selfplay/metrics.ts";

/**
 * `propose/<type>/unique_recent`: share of different programs among the confirmed proposals of `step`, which is not
 * stored yet, and of the stored ones before it, `steps` steps in all.
 */
export function uniqueRecent(
  database: RunDatabase,
  { step, steps, rollouts }: { step: number; steps: number; rollouts: readonly Omit<RolloutRecord, "id">[] },
): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const type of TASK_TYPES) {
    const own = rollouts.flatMap((rollout) => (rollout.type === type ? (rollout.programKey ?? []) : []));
    const share = uniqueShare([...programKeys(database, type, step - steps + 1, step - 1), ...own]);
    if (share !== undefined) figures[`propose/${type}/unique_recent`] = share;
  }
  return figures;
}
