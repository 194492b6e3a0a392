import { Text } from "ink";
import { countRollouts, type RolloutRecord, rolloutPage } from "../../runs/index.ts";
import { colour, emphasis, ROLE_LABELS, TYPE_COLOURS } from "../theme.ts";
import { printable } from "../widgets/python.tsx";
import { type RecordKind, RecordScreen } from "./record-screen.tsx";
import type { ScreenProps } from "./screen.ts";
import { fact, heading, oneLine } from "./tasks.tsx";

const ROLLOUTS: RecordKind<RolloutRecord> = {
  title: "Rollouts",
  empty: "Rollouts appear with the first finished step.",
  orders: ["newest"],
  count: countRollouts,
  page: (database, filter, _order, page) => rolloutPage(database, filter, page),
  header: () => "    id  step  role      type        reward  verdict           response",
  row: (rollout) => (
    <Text>
      {`${String(rollout.id).padStart(6)}${String(rollout.step).padStart(6)}  ${ROLE_LABELS[rollout.role].padEnd(10)}`}
      <Text color={colour(TYPE_COLOURS[rollout.type])}>{rollout.type.padEnd(10)}</Text>
      {rollout.reward.toFixed(2).padStart(8)}
      {"  "}
      <Text {...(rollout.verdict === "ok" ? emphasis.good() : emphasis.warning())}>
        {rollout.verdict.padEnd(18)}
      </Text>
      {printable(oneLine(rollout.response))}
    </Text>
  ),
  lines: (rollout, _database, width) => [
    fact(
      "role",
      `${ROLE_LABELS[rollout.role]}, ${rollout.type}, step ${rollout.step}${rollout.taskId === null ? "" : `, task ${rollout.taskId}`}`,
    ),
    fact("verdict", `${rollout.verdict}${rollout.detail ? `: ${oneLine(printable(rollout.detail))}` : ""}`),
    fact("reward", `${rollout.reward.toFixed(3)} = ${components(rollout)}`),
    fact(
      "advantage",
      rollout.advantage === null
        ? "none: not trained on, or its group had no variance"
        : rollout.advantage.toFixed(3),
    ),
    fact(
      "tokens",
      `prompt ${rollout.promptTokens}, response ${rollout.responseTokens}, ended by ${rollout.finish}`,
    ),
    heading("response"),
    ...wrapped("r", rollout.response, width),
    heading("answer as parsed"),
    ...wrapped("a", rollout.answer ?? "none was found", width),
    heading("prompt"),
    ...wrapped("p", rollout.prompt, width),
  ],
};

/** Every rollout of the run, and one whole: prompt, response, verdict, reward. */
export function Rollouts(props: ScreenProps) {
  return <RecordScreen kind={ROLLOUTS} {...props} />;
}

function components(rollout: RolloutRecord): string {
  const parts = Object.entries(rollout.components).map(([name, value]) => `${name} ${value.toFixed(2)}`);
  return parts.join(" + ") || "0";
}

/** Text by lines of at most `width` columns. */
function wrapped(prefix: string, text: string, width: number) {
  return Bun.wrapAnsi(printable(text), width, { hard: true, trim: false })
    .split("\n")
    .map((line, index) => <Text key={`${prefix}${index}`}>{line || " "}</Text>);
}
