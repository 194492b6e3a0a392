import { Text } from "ink";
import type { TaskType } from "../../../interfaces/role.ts";
import { type RunDatabase, stepMetrics } from "../../../runs/index.ts";
import { useQuery } from "../../run-context.tsx";
import { colour, emphasis, TYPE_COLOURS, TYPE_LABELS, TYPE_MARKS } from "../../theme.ts";
import { Panel } from "../../widgets/panel.tsx";

/** Columns of the table, the most wanted first, with the names that they have where there is room. */
const COLUMNS = [
  { short: "prop.", long: "proposer", path: "propose/*/reward", digits: 2 },
  { short: "valid", long: "valid", path: "propose/*/validity", digits: 2 },
  { short: "solv.", long: "solver", path: "solve/*/reward", digits: 2 },
  { short: "right", long: "right", path: "solve/*/solve_rate", digits: 2 },
  { short: "uniq.", long: "different", path: "propose/*/unique", digits: 2 },
  { short: "buffer", long: "buffer", path: "buffer/*/tasks", digits: 0 },
  { short: "learn.", long: "learnable", path: "propose/*/learnability", digits: 2 },
  { short: "t.prop", long: "tok/task", path: "propose/*/response_tokens", digits: 0 },
  { short: "t.solv", long: "tok/answer", path: "solve/*/response_tokens", digits: 0 },
] as const;

/** As many columns as fit under their short headings; those that then fit under the long ones have these, the first first. */
function fitting(room: number): { heading: string; path: string; digits: number }[] {
  const widths = COLUMNS.map(({ short }) => short.length + 1);
  const count = widths.findIndex((_, index) => total(widths.slice(0, index + 1)) > room);
  const shown = COLUMNS.slice(0, count < 0 ? COLUMNS.length : count);
  let spare = room - total(widths.slice(0, shown.length));
  return shown.map(({ short, long, path, digits }) => {
    const more = long.length - short.length;
    const heading = more <= spare ? long : short;
    if (heading === long) spare -= more;
    return { heading, path, digits };
  });
}

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0);

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
  const columns = fitting(width - 4 - NAME_WIDTH);
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
