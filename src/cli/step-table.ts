import { ROLES, type Role, TASK_TYPES, type TaskType } from "../interfaces/role.ts";
import { textTable } from "./text-table.ts";

type Metrics = Readonly<Record<string, number | null | undefined>>;

const HEAD = ["role", "type", "rollouts", "reward", "valid", "unique", "right", "tokens", "buffer"];

/**
 * The figures of one step by role and type: rollouts, mean reward, shares of valid proposals and of
 * different programs among them, or of right answers, mean response tokens, tasks in the buffer. Empty when there are none.
 */
export function stepTable(metrics: Metrics): string {
  const rows = TASK_TYPES.flatMap((type) => ROLES.flatMap((role) => row(metrics, role, type)));
  if (rows.length === 0) return "";
  return textTable(HEAD, rows, { right: HEAD.map((_, i) => i).slice(2) });
}

function row(metrics: Metrics, role: Role, type: TaskType): string[][] {
  const figure = (name: string) => metrics[`${role}/${type}/${name}`];
  if (!figure("rollouts")) return [];
  return [
    [
      role,
      type,
      String(figure("rollouts")),
      decimal(figure("reward"), 2),
      role === "propose" ? percent(figure("validity")) : "",
      role === "propose" ? percent(figure("unique")) : "",
      role === "solve" ? percent(figure("solve_rate")) : "",
      decimal(figure("response_tokens"), 0),
      role === "propose" ? decimal(metrics[`buffer/${type}/tasks`], 0) : "",
    ],
  ];
}

const decimal = (value: number | null | undefined, digits: number) =>
  value === null || value === undefined ? "-" : value.toFixed(digits);

export const percent = (value: number | null | undefined) =>
  value === null || value === undefined ? "-" : `${(100 * value).toFixed(0)}%`;
