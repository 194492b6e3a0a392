import type { ChartColour } from "../charts/line-chart.ts";
import { oneLine } from "../printable.ts";

/** How a run is told from the others, with colours and without. */
export interface RunLook {
  /** Its name, with its number where another has the same. */
  title: string;
  colour: ChartColour;
  mark: string;
  /** Whether its curves are not drawn. */
  off: boolean;
}

const LOOKS: readonly Pick<RunLook, "colour" | "mark">[] = [
  { colour: "cyan", mark: "●" },
  { colour: "yellow", mark: "■" },
  { colour: "magenta", mark: "▲" },
  { colour: "green", mark: "◆" },
];

/** The looks of runs in their order, of which those of the titles in `hidden` are switched off. */
export function looksOf(runs: readonly { name: string }[], hidden: readonly string[] = []): RunLook[] {
  const names = runs.map(({ name }) => oneLine(name));
  return names.map((name, index) => {
    const title = names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (${index + 1})`;
    return {
      ...(LOOKS[index] as (typeof LOOKS)[number]),
      title,
      off: hidden.includes(title),
    };
  });
}
