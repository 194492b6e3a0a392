import { Box, type DOMElement, Text } from "ink";
import { useMemo, useRef } from "react";
import type { ChartOptions, Series } from "../charts/line-chart.ts";
import { leftOut } from "../charts/log-axis.ts";
import { figure, valueIn } from "../charts/readout.ts";
import { tooSmall } from "../charts/room.ts";
import { smoothed } from "../charts/smoothing.ts";
import { Later, useLater } from "../later.ts";
import { useClick } from "../mouse.ts";
import { shortNames } from "../short-names.ts";
import { colour, emphasis, plain } from "../theme.ts";

/** What draws curves. */
export const DRAWING = new Later(() => import("../charts/line-chart.ts"));

/** Series over steps, under a legend that gives each one's value where there is room: the newest, or the crosshair's. */
export function LineChart(
  props: Omit<ChartOptions, "columns" | "rows"> & {
    series: readonly Series[];
    width: number;
    height: number;
    empty: string;
    /** Said in place of lines that are 0 throughout; without it they are drawn. */
    zero?: string;
    /** False leaves the legend out; `values` its names, which are told elsewhere. */
    legend?: boolean | "values";
    /** Called with the step that was clicked on, null beside the curves. */
    onStep?: (step: number | null) => void;
  },
) {
  const { series, range, steps, smoothing = 0, log = false, crosshair = null, width, height, empty } = props;
  const { legend = true, zero, onStep } = props;
  const [from, to] = steps ?? [];
  const drawing = useLater(DRAWING);
  const rows = height - (legend ? 1 : 0);
  const drawn = useMemo(() => {
    if (!drawing) return undefined;
    return drawing.drawnChart(series, {
      columns: width,
      rows,
      ...(range ? { range } : {}),
      ...(from !== undefined && to !== undefined ? { steps: [from, to] as const } : {}),
      smoothing,
      log,
      crosshair,
    });
  }, [drawing, series, range, from, to, smoothing, log, crosshair, width, rows]);
  const words = useMemo(
    () => (legend ? legendOf(series, { crosshair, last: to }, smoothing, width, legend !== "values") : []),
    [series, crosshair, to, smoothing, width, legend],
  );
  const flat = useMemo(() => zero !== undefined && allZero(series), [zero, series]);
  const element = useRef<DOMElement>(null);
  useClick(element, (column) => onStep !== undefined && void onStep(drawn?.stepAt(column) ?? null));
  if (flat) {
    return (
      <Box width={width} height={height} overflowY="hidden" ref={element}>
        <Text {...emphasis.faint()}>{zero}</Text>
      </Box>
    );
  }
  const keyed = legend && (
    <Text wrap="truncate">
      {series.map((one, index) => (
        <Text key={one.title} color={colour(one.colour)}>
          {words[index]}
        </Text>
      ))}
    </Text>
  );
  if (drawn === null) {
    const figured = hasFigures(series, [from, to]);
    return (
      <Box flexDirection="column" width={width} height={height} overflowY="hidden" ref={element}>
        {figured && keyed}
        {(rows > 0 || !figured) && (
          <Text {...emphasis.faint()} wrap="truncate">
            {figured ? tooSmall(width, rows) : empty}
          </Text>
        )}
      </Box>
    );
  }
  const frame = drawn?.frame ?? "";
  return (
    <Box flexDirection="column" width={width} height={height} ref={element}>
      {keyed}
      <Text>{plain() ? withoutColour(frame) : frame}</Text>
    </Box>
  );
}

/** Whether there is anything to draw, had it room. */
function hasFigures(
  series: readonly Series[],
  [first = -Infinity, last = Infinity]: readonly [first?: number | undefined, last?: number | undefined],
): boolean {
  const { shown, without } = leftOut(series, [first, last]);
  return shown + without > 0;
}

const allZero = (series: readonly Series[]): boolean =>
  series.some(({ points }) => points.length > 0) &&
  series.every(({ points }) => points.every(({ value }) => value === 0 || value === null));

/** Without colours; what is faint stays so. */
const withoutColour = (frame: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with the control character.
  frame.replace(/\x1b\[(?:(22?);)?(?:[39]\d|38;5;\d+)m/g, (_, weight?: string) =>
    weight ? `\x1b[${weight}m` : "",
  );

/**
 * The fullest of the forms that fits: whole names and values, names cut to as many letters as there is room for and
 * values, names cut further, with blanks or without. Without names, the values alone.
 */
export function legendOf(
  series: readonly Series[],
  at: { crosshair: number | null; last?: number | undefined },
  smoothing: number,
  width: number,
  named = true,
): string[] {
  const values = series.map((one) =>
    figure(valueIn(smoothing > 0 ? { ...one, points: smoothed(one.points, smoothing) } : one, at)),
  );
  const titles = series.map(({ title }) => title);
  const shown = titles.map((title) => title.replace("pass@", "p@"));
  const longest = Math.max(0, ...titles.map((title) => Bun.stringWidth(title)));
  const unnamed = [
    series.map(({ mark }, i) => `${mark} ${values[i]}  `),
    series.map(({ mark }, i) => `${mark}${values[i]} `),
  ];
  const forms = [
    series.map(({ mark, title }, i) => `${mark} ${title} ${values[i]}  `),
    ...Array.from({ length: Math.max(0, longest - LEAST_LETTERS) }, (_, i) => longest - 1 - i)
      .concat(LEAST_LETTERS)
      .map((letters) =>
        shortNames(shown, letters).map((name, i) => `${series[i]?.mark}${name} ${values[i]}  `),
      ),
    shortNames(shown, LEAST_LETTERS).map((name, i) => `${series[i]?.mark} ${name}  `),
    shortNames(shown, LEAST_LETTERS).map((name, i) => `${series[i]?.mark}${name} `),
    // The marks tell the names apart.
    shortNames(shown, LEAST_LETTERS).map((name, i) => `${series[i]?.mark}${name}`),
    shortNames(shown, LEAST_LETTERS - 1).map((name, i) => `${series[i]?.mark}${name}`),
  ];
  // Blanks at the end would be what is cut.
  const ended = (named ? forms : unnamed).map((words) =>
    words.map((word, i) => (i === words.length - 1 ? word.trimEnd() : word)),
  );
  return ended.find((words) => Bun.stringWidth(words.join("")) <= width) ?? ended.at(-1) ?? [];
}

const LEAST_LETTERS = 3;
