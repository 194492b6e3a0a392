import { Text } from "ink";
import type { ReactElement } from "react";
import { BENCHMARK_NAMES, type BenchmarkName } from "../../../config/benchmark-name.ts";
import { referenceRows } from "../../../evaluation/reference-rows.ts";
import { oneLine, wrapped } from "../../printable.ts";
import { emphasis } from "../../theme.ts";
import { percent, type ScoreRow, scoreText } from "./scores.ts";

const STEP_WIDTH = 15;
const CELL_WIDTH = 18;

/** The benchmarks that fit, the chosen one among them. */
export function visibleBenchmarks(benchmarks: readonly string[], chosen: number, width: number): string[] {
  const room = Math.max(1, Math.floor((width - STEP_WIDTH) / CELL_WIDTH));
  const first = Math.max(0, Math.min(chosen, benchmarks.length - room));
  return benchmarks.slice(Math.min(first, chosen), Math.min(first, chosen) + room);
}

export function ScoreHeader(props: {
  benchmarks: readonly string[];
  chosen: string;
  name: string;
}): ReactElement {
  const { benchmarks, chosen, name } = props;
  return (
    <Text wrap="truncate">
      <Text {...emphasis.faint()}>{` ${name}`.padEnd(STEP_WIDTH)}</Text>
      {benchmarks.map((benchmark) => (
        <Text key={benchmark} {...(benchmark === chosen ? emphasis.title() : emphasis.faint())}>
          {cell(`${benchmark === chosen ? "▸" : ""}${oneLine(benchmark)}`)}
        </Text>
      ))}
    </Text>
  );
}

/** One step's scores. The one that the others are set beside is marked. */
export function ScoreLine(props: {
  row: ScoreRow;
  benchmarks: readonly string[];
  name: string;
  selected: boolean;
  baseline: boolean;
}): ReactElement {
  const { row, benchmarks, name, selected, baseline } = props;
  const mark = baseline ? "◂" : row.evaluations.size === 0 ? "·" : " ";
  return (
    <Text wrap="truncate" inverse={selected}>
      {selected ? "▸" : " "}
      {`step ${String(row.step).padEnd(6)}${mark}`.padEnd(STEP_WIDTH - 1)}
      {benchmarks.map((benchmark) => (
        <Text key={benchmark}>{cell(scoreText(row.evaluations.get(benchmark), name))}</Text>
      ))}
    </Text>
  );
}

/** Figures that other projects give, where one of the benchmarks has any, under a line that says who quotes them. */
export function quotedRows(benchmarks: readonly string[], name: string, width: number): ReactElement[] {
  const quotes = benchmarks.map((benchmark) => (isBenchmark(benchmark) ? referenceRows(benchmark) : []));
  const models = [...new Set(quotes.flatMap((rows) => rows.map(({ model }) => model)))];
  const projects = new Set(
    quotes.flatMap((rows) => rows.flatMap(({ scores, project }) => (name in scores ? [project] : []))),
  );
  const said = [...projects].flatMap((project) =>
    wrapped(`quoted by ${project}, not measured here:`, width - 1, true),
  );
  const heading = said.map((line) => (
    <Text key={line} wrap="truncate" {...emphasis.faint()}>{` ${line}`}</Text>
  ));
  const rows = models.flatMap((model) => {
    const cells = quotes.map((rows) => rows.find((row) => row.model === model)?.scores[name]);
    if (cells.every((value) => value === undefined)) return [];
    return [
      <Text key={model} wrap="truncate" {...emphasis.faint()}>
        {` ${model}`.slice(0, STEP_WIDTH - 1).padEnd(STEP_WIDTH)}
        {cells.map((value) => cell(value === undefined ? "-" : percent(value))).join("")}
      </Text>,
    ];
  });
  return [...heading, ...rows];
}

const isBenchmark = (name: string): name is BenchmarkName =>
  (BENCHMARK_NAMES as readonly string[]).includes(name);

const cell = (text: string): string => text.slice(0, CELL_WIDTH - 1).padEnd(CELL_WIDTH);
