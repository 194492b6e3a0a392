import { Text } from "ink";
import type { TaskType } from "../../../interfaces/role.ts";
import { type RunDatabase, stepMetrics } from "../../../runs/index.ts";
import { useQuery } from "../../run-context.tsx";
import { colour, emphasis, TYPE_COLOURS, TYPE_LABELS, TYPE_MARKS } from "../../theme.ts";
import { Panel } from "../../widgets/panel.tsx";

/** Columns of the table, the most wanted first: as many are shown as fit. */
const COLUMNS = [
  { heading: "prop.", path: "propose/*/reward", digits: 2 },
  { heading: "valid", path: "propose/*/validity", digits: 2 },
  { heading: "solv.", path: "solve/*/reward", digits: 2 },
  { heading: "right", path: "solve/*/solve_rate", digits: 2 },
  { heading: "uniq.", path: "propose/*/unique", digits: 2 },
  { heading: "buffer", path: "buffer/*/tasks", digits: 0 },
  { heading: "learn.", path: "propose/*/learnability", digits: 2 },
  { heading: "t.prop", path: "propose/*/response_tokens", digits: 0 },
  { heading: "t.solv", path: "solve/*/response_tokens", digits: 0 },
] as const;
const NAME_WIDTH = 12;

/** `88.4 s, 0.3% overhead`: the length of a step, and the share of it that is neither generation nor update. */
function duration(figures: Readonly<Record<string, number | null>>): string {
  const seconds = figures["seconds/step"];
  const exposed = figures["overlap/exposed"];
  if (seconds == null) return "";
  return `${seconds.toFixed(1)} s${exposed == null ? "" : `, ${(100 * exposed).toFixed(1)}% overhead`}`;
}

/** Figures of the last finished step by task type: proposer's reward, valid and different shares, solver's, the buffer. */
export function Figures(props: { step: number; types: readonly TaskType[]; width: number; height: number }) {
  const { step, types, width, height } = props;
  const figures = useQuery((database: RunDatabase) => stepMetrics(database, step), [step]);
  const room = width - 4 - NAME_WIDTH;
  let used = 0;
  const columns = COLUMNS.filter(({ heading }) => {
    used += heading.length + 1;
    return used <= room;
  });
  return (
    <Panel title={`Step ${step}`} note={duration(figures)} width={width} height={height}>
      <Text wrap="truncate" {...emphasis.faint()}>
        {"".padEnd(NAME_WIDTH) + columns.map(({ heading }) => ` ${heading}`).join("")}
      </Text>
      {types.map((type) => (
        <Text key={type} wrap="truncate">
          <Text color={colour(TYPE_COLOURS[type])}>
            {`${TYPE_MARKS[type]} ${TYPE_LABELS[type]}`.padEnd(NAME_WIDTH)}
          </Text>
          {columns
            .map(({ heading, path, digits }) => {
              const value = figures[path.replace("*", type)];
              return ` ${(value == null ? "-" : value.toFixed(digits)).padStart(heading.length)}`;
            })
            .join("")}
        </Text>
      ))}
    </Panel>
  );
}
