import { Text } from "ink";
import { countRollouts, type RolloutFilter, type RolloutRecord, rolloutPage } from "../../runs/index.ts";
import { oneLine } from "../printable.ts";
import { colour, emphasis, ROLE_LABELS, TYPE_COLOURS, TYPE_LABELS, TYPE_MARKS } from "../theme.ts";
import { fact, heading, paragraph } from "../widgets/facts.tsx";
import { type ListFilter, type RecordKind, RecordScreen } from "./record-screen.tsx";
import type { ScreenProps } from "./screen.ts";

const ROLLOUTS: RecordKind<RolloutRecord> = {
  title: "Rollouts",
  empty: "Rollouts appear with the first finished step.",
  orders: ["newest"],
  count: (database, filter) => countRollouts(database, withFlag(filter)),
  page: (database, filter, _order, page) => rolloutPage(database, withFlag(filter), page),
  header: () => "    id step role     type        reward verdict          response",
  row: (rollout) => (
    <Text>
      {`${String(rollout.id).padStart(6)}${String(rollout.step).padStart(5)} ${ROLE_LABELS[rollout.role].padEnd(9)}`}
      <Text
        color={colour(TYPE_COLOURS[rollout.type])}
      >{`${TYPE_MARKS[rollout.type]} ${TYPE_LABELS[rollout.type].padEnd(9)}`}</Text>
      {`${rollout.reward.toFixed(2).padStart(7)} `}
      <Text {...(rollout.verdict === "ok" ? emphasis.good() : emphasis.warning())}>
        {rollout.verdict.padEnd(16)}
      </Text>
      {` ${oneLine(rollout.response)}`}
    </Text>
  ),
  lines: (rollout, _database, width) => [
    ...fact(
      "role",
      `${ROLE_LABELS[rollout.role]}, ${rollout.type}, step ${rollout.step}${rollout.taskId === null ? "" : `, task ${rollout.taskId}`}`,
      width,
    ),
    ...fact("verdict", `${rollout.verdict}${rollout.detail ? `: ${rollout.detail}` : ""}`, width),
    ...(rollout.flags.length > 0 ? fact("flags", rollout.flags.join(", "), width) : []),
    ...fact("reward", `${rollout.reward.toFixed(3)} = ${components(rollout)}`, width),
    ...fact(
      "advantage",
      rollout.advantage === null
        ? "none: not trained on, or its group had no variance"
        : rollout.advantage.toFixed(3),
      width,
    ),
    ...fact(
      "tokens",
      `prompt ${rollout.promptTokens}, response ${rollout.responseTokens}, ended by ${rollout.finish}${rollout.strategy === null || rollout.strategy === "direct" ? "" : `, solved ${rollout.strategy}`}`,
      width,
    ),
    heading("response"),
    ...paragraph("response", rollout.response, width),
    heading("answer as parsed"),
    ...paragraph("answer", rollout.answer ?? "none was found", width),
    heading("prompt"),
    ...paragraph("prompt", rollout.prompt, width),
  ],
};

/** Every rollout of the run, and one whole: prompt, response, verdict, reward. */
export function Rollouts(props: ScreenProps) {
  return <RecordScreen kind={ROLLOUTS} {...props} />;
}

/** `flag:` in the filter's text narrows to flagged rollouts, `flag:import` to those with such a flag. */
function withFlag({ text = "", ...filter }: ListFilter): RolloutFilter {
  const flag = /(?:^|\s)flag:(\S*)/i.exec(text);
  const rest = flag ? text.replace(flag[0], " ").trim() : text;
  return { ...filter, ...(flag ? { flag: flag[1] ?? "" } : {}), ...(rest ? { text: rest } : {}) };
}

function components(rollout: RolloutRecord): string {
  const parts = Object.entries(rollout.components).map(([name, value]) => `${name} ${value.toFixed(2)}`);
  return parts.join(" + ") || "0";
}
