import { Text } from "ink";
import { GROUP_LISTING, type RolloutGroup, rolloutPage } from "../../runs/index.ts";
import { oneLine } from "../printable.ts";
import { emphasis, ROLE_LABELS } from "../theme.ts";
import { fact, heading, paragraph } from "../widgets/facts.tsx";
import { type Cell, type DetailLine, plainLines, type RecordKind } from "./kind.ts";
import { typeCell } from "./type-cell.ts";

/** Most rollouts listed of one group. */
const MEMBERS = 500;

/** Rollouts by the prompt that they answer. */
export const GROUPS: RecordKind<RolloutGroup> = {
  title: "Groups",
  one: "Group",
  empty: "Groups appear with the first finished step.",
  listing: GROUP_LISTING,
  order: { by: "id", descending: true },
  columns: [
    { name: "id", title: "first", width: 6, right: true, rank: 9, cell: ({ id }) => figure(id) },
    { name: "step", title: "step", width: 5, right: true, rank: 6, cell: ({ step }) => figure(step) },
    { name: "role", title: "role", width: 8, rank: 5, cell: ({ role }) => ({ text: ROLE_LABELS[role] }) },
    { name: "type", title: "type", width: 11, rank: 4, cell: ({ type }) => typeCell(type) },
    {
      name: "rollouts",
      title: "n",
      width: 4,
      right: true,
      rank: 7,
      cell: ({ rollouts }) => figure(rollouts),
    },
    {
      ...{ name: "right", title: "right", width: 5, right: true, rank: 8 },
      cell: ({ right }) => ({
        text: right.toFixed(2),
        // All right or all wrong: nothing to compare.
        style: right === 0 || right === 1 ? emphasis.faint() : emphasis.good(),
      }),
    },
    {
      ...{ name: "reward", title: "reward", width: 6, right: true, rank: 7 },
      cell: ({ meanReward }) => ({ text: meanReward.toFixed(2) }),
    },
    {
      ...{ name: "spread", title: "spread", width: 6, right: true, rank: 3 },
      cell: ({ leastReward, mostReward }) => ({ text: (mostReward - leastReward).toFixed(2) }),
    },
    {
      ...{ name: "task", title: "task", width: 6, right: true, rank: 2 },
      cell: ({ taskId }) => ({ text: taskId === null ? "-" : String(taskId) }),
    },
  ],
  text: { title: "verdicts", of: ({ verdicts }) => counts(verdicts) },
  valuesOf: () => [],
  copied: ({ prompt }) => prompt,
  lines: (group, database, width) => {
    const { step, role, type, meanReward, leastReward, mostReward } = group;
    const members = rolloutPage(database, { step, group: group.group }, { limit: MEMBERS }).reverse();
    return [
      ...plainLines([
        ...fact("group", `${group.group}, ${ROLE_LABELS[role]}, ${type}, step ${step}`, width),
        ...fact(
          "reward",
          `mean ${meanReward.toFixed(3)}, from ${leastReward.toFixed(3)} to ${mostReward.toFixed(3)}`,
          width,
        ),
        ...fact("verdicts", counts(group.verdicts), width),
        heading(`rollouts: ${group.rollouts}`),
      ]),
      ...members.map(
        ({ id, verdict, reward, advantage, response }): DetailLine => ({
          link: { screen: "Rollouts", id },
          element: (
            <Text wrap="truncate">
              {`${String(id).padStart(6)} ${reward.toFixed(2).padStart(6)} ${(advantage === null ? "-" : advantage.toFixed(2)).padStart(6)} `}
              <Text {...(verdict === "ok" ? emphasis.good() : emphasis.warning())}>
                {oneLine(verdict).padEnd(14)}
              </Text>
              {` ${oneLine(response.slice(0, 300))}`}
            </Text>
          ),
        }),
      ),
      ...plainLines([heading("prompt"), ...paragraph("prompt", group.prompt, width)]),
    ];
  },
};

/** `3 ok, 1 wrong`, the most frequent first. */
function counts(verdicts: readonly string[]): string {
  const groups = [...Map.groupBy(verdicts, (verdict) => verdict)];
  return groups
    .sort((a, b) => b[1].length - a[1].length)
    .map(([verdict, { length }]) => `${length} ${verdict}`)
    .join(", ");
}

const figure = (value: number): Cell => ({ text: String(value) });
