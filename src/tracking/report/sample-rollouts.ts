import type { Role, TaskType } from "../../interfaces/role.ts";
import type { RunDatabase } from "../../runs/database.ts";
import { rolloutById } from "../../runs/queries/rollouts.ts";
import type { RolloutRecord } from "../../runs/records.ts";

export interface SampleRollout extends RolloutRecord {
  good: boolean;
}

/** Last steps of which samples are taken: a long run holds gigabytes of rollouts. */
const STEPS = 50;

/** Of each role and type the best and the worst rollout of the last steps: by reward, the newest among equals. */
export function sampleRollouts(
  database: RunDatabase,
  kinds: readonly { role: Role; type: TaskType }[],
): SampleRollout[] {
  return kinds.flatMap(({ role, type }) => {
    const best = extreme(database, role, type, "DESC");
    const worst = extreme(database, role, type, "ASC");
    return [
      ...(best && best.verdict === "ok" ? [{ ...best, good: true }] : []),
      ...(worst && (worst.verdict !== "ok" || worst.id !== best?.id) ? [{ ...worst, good: false }] : []),
    ];
  });
}

function extreme(
  database: RunDatabase,
  role: Role,
  type: TaskType,
  order: "ASC" | "DESC",
): RolloutRecord | null {
  const row = database.get<{ id: number }>(
    `SELECT id FROM rollouts WHERE step > (SELECT max(step) FROM rollouts) - ${STEPS} AND role = ? AND type = ?
     ORDER BY verdict = 'ok' ${order}, reward ${order}, step DESC, id DESC LIMIT 1`,
    [role, type],
  );
  return row && rolloutById(database, row.id);
}
