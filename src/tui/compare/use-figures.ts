import { useEffect, useMemo, useState } from "react";
import { finalFigures } from "../../runs/index.ts";
import { History } from "../charts/history.ts";
import type { Series } from "../charts/line-chart.ts";
import { valueIn } from "../charts/readout.ts";
import type { Steps } from "../charts/shown-chart.ts";
import type { ComparedRuns } from "./compared-runs.ts";
import { type FigureChart, figureChart, inChartOrder } from "./figure.ts";
import type { RunLook } from "./looks.ts";
import type { FigureRow } from "./tables.tsx";

const POLL_MS = 1_000;

/** Grows as the runs write. */
export function useRevision(compared: ComparedRuns): number {
  const [{ revision }, setSeen] = useState(() => ({ version: compared.version(), revision: 0 }));
  useEffect(() => {
    const timer = setInterval(() => {
      const version = compared.version();
      setSeen((seen) => (seen.version === version ? seen : { version, revision: seen.revision + 1 }));
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [compared]);
  return revision;
}

/** Every figure of the runs at their ends, by the chart that it has. */
export function useFigures({ runs }: ComparedRuns, revision: number): FigureRow[] {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision stands for what the databases hold.
  return useMemo(
    () =>
      inChartOrder(finalFigures(runs.map(({ database }) => database))).map((figure) => ({
        ...figure,
        title: figureChart(figure.name).title,
      })),
    [runs, revision],
  );
}

/** A figure as each run had it at a step, or last before; null of a run that had ended by then. */
export const valuesAt = (
  { runs }: ComparedRuns,
  name: string,
  crosshair: number,
  { revision, ends }: { revision: number; ends: readonly number[] },
) =>
  runs.map(({ database }, index) =>
    valueIn({ points: History.of(database).points(name, revision), end: ends[index] ?? 0 }, { crosshair }),
  );

/** The chart of a figure with a line for each run. */
export function useRunSeries(
  { runs }: ComparedRuns,
  name: string,
  looks: readonly RunLook[],
  { revision, ends }: { revision: number; ends: readonly number[] },
): { chart: FigureChart; series: readonly Series[] } {
  const chart = useMemo(() => figureChart(name), [name]);
  const titles = looks.map(({ title }) => title).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: of the looks it is the titles that change.
  const series = useMemo(
    () =>
      runs.map(({ database }, index) => {
        const { title, colour, mark } = looks[index] as RunLook;
        const points = chart.points(History.of(database).points(name, revision));
        return { title, colour, mark, points, end: ends[index] ?? 0 };
      }),
    [runs, name, chart, revision, ends, titles],
  );
  return { chart, series };
}

/** First and last step that any of the runs has figures for, and the last of each. */
export function useRunSteps(
  { runs }: ComparedRuns,
  revision: number,
): { steps: Steps; ends: readonly number[] } {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision stands for what the databases hold.
  return useMemo(() => {
    const known = runs.map(({ database }) =>
      database.get<{ first: number | null; last: number | null }>(
        "SELECT min(step) AS first, max(step) AS last FROM metrics",
      ),
    );
    const ends = known.map((one) => one?.last ?? 0);
    return { steps: [Math.min(1, ...known.map((one) => one?.first ?? 1)), Math.max(1, ...ends)], ends };
  }, [runs, revision]);
}
