import { Text } from "ink";
import { cloneElement, type ReactElement } from "react";
import {
  type EvaluationRecord,
  type EvaluationSample,
  evaluationSamples,
  type RunDatabase,
} from "../../../runs/index.ts";
import { oneLine, wrapped } from "../../printable.ts";
import { UNWRAPPED } from "../../records/kind.ts";
import { responseParts } from "../../records/response.tsx";
import { useQuery } from "../../run-context.tsx";
import { emphasis } from "../../theme.ts";
import { fact, heading, paragraph } from "../../widgets/facts.tsx";
import { Panel } from "../../widgets/panel.tsx";
import { highlightPython, pythonLine } from "../../widgets/python.tsx";
import { Scroll, ScrollPanels } from "../../widgets/scroll.tsx";
import { type ProblemText, useProblemText } from "./problem-text.ts";

/** Most samples shown of a problem, of each evaluation. */
const SAMPLES = 50;
/** From so many columns on the samples stand beside the problem, and from so many each evaluation's by themselves. */
const BESIDE = 100;
const APART = 132;

/** One problem: what it asks, what is right, and what the two evaluations answered, with verdict and error. */
export function Problem(props: {
  id: string;
  model: EvaluationRecord;
  baseline: EvaluationRecord | null;
  /** Whether long lines are broken. */
  wrap: boolean;
  width: number;
  height: number;
}) {
  const { id, model, baseline, wrap, width, height } = props;
  const text = useProblemText(model, id);
  const evaluations = [model, ...(baseline && baseline.id !== model.id ? [baseline] : [])];
  const answers = useQuery(
    (database) =>
      evaluations.map(({ id: evaluation }) =>
        evaluationSamples(database, evaluation, { problem: id, limit: SAMPLES }),
      ),
    [id, model.id, baseline?.id],
  );
  const title = `${oneLine(model.benchmark)} ${oneLine(id)}`;
  const count = width >= APART ? evaluations.length + 1 : width >= BESIDE ? 2 : 1;
  const widths = columnWidths(width, count);
  const lines = (column: number, make: (room: number) => ReactElement[]): ReactElement[] =>
    make(wrap ? (widths[column] ?? width) - 4 : UNWRAPPED);
  const asked = (room: number) => problemLines(text, room);
  const given = (room: number) => promptLines(text, model.settings.format, room);
  const answered = (room: number, which = evaluations.map((_, index) => index)) =>
    which.flatMap((index) => answerLines(evaluations[index]?.step ?? 0, answers[index] ?? [], room));
  if (count === 1) {
    const all = lines(0, (room) => [...asked(room), ...answered(room), ...given(room)]);
    return (
      <Panel title={title} width={width} height={height}>
        <Scroll lines={all} height={height - 2} />
      </Panel>
    );
  }
  const beside = Array.from({ length: count - 1 }, (_, index) => ({
    title: count > evaluations.length ? `step ${evaluations[index]?.step}` : "answers",
    width: widths[index + 1] ?? 0,
    lines: lines(index + 1, (room) => answered(room, count === 2 ? undefined : [index])),
  }));
  return (
    <ScrollPanels
      panels={[
        { title, width: widths[0] ?? width, lines: lines(0, (room) => [...asked(room), ...given(room)]) },
        ...beside,
      ]}
      height={height}
    />
  );
}

/** Columns of a width, alike but for the rest, which the first has. */
function columnWidths(width: number, count: number): number[] {
  const each = Math.floor(width / count);
  return Array.from({ length: count }, (_, index) => (index === 0 ? width - each * (count - 1) : each));
}

/** What is asked and what is right, or why it cannot be shown. */
function problemLines(text: ProblemText | null, width: number): ReactElement[] {
  if (text === null) return [heading("problem"), ...paragraph("reading", "...", width)];
  if ("why" in text) return [heading("problem"), ...paragraph("why", text.why, width), blank("why end")];
  return [
    heading("problem"),
    ...taskLines(text.task, width),
    heading("expected"),
    ...python("expected", text.expected, width),
    blank("problem end"),
  ];
}

/** The text that a model continued, where it is in other words than what is asked. */
function promptLines(text: ProblemText | null, format: unknown, width: number): ReactElement[] {
  if (text === null || "why" in text || (format !== undefined && format !== "raw")) return [];
  if (text.task.includes(text.prompt.trim())) return [];
  return [heading("as the model is given it"), ...paragraph("prompt", text.prompt, width)];
}

/** Words, and between fences Python; the fences themselves take no lines. */
function taskLines(task: string, width: number): ReactElement[] {
  return responseParts(task).flatMap(({ kind, text }, part) => {
    const source = text.replace(/^```.*\n/, "").replace(/\n```$/, "");
    if (kind === "code") return python(`task ${part}`, source, width);
    return wrapped(text.trim(), width, true).map((line, index) => (
      <Text key={`task ${part}.${index}`} wrap="truncate">
        {line || " "}
      </Text>
    ));
  });
}

/** The samples of one evaluation, each under how it went. */
function answerLines(step: number, samples: readonly EvaluationSample[], width: number): ReactElement[] {
  if (samples.length === 0) return [heading(`step ${step}: not among its problems`)];
  return samples.flatMap((sample) => sampleLines(sample, step, width));
}

/** The samples of a problem, each under a comment that says where it is from and how it went: as it is copied. */
export function samplesText(database: RunDatabase, problem: string, of: readonly EvaluationRecord[]): string {
  const evaluations = of.filter((one, index) => of.findIndex(({ id }) => id === one.id) === index);
  return evaluations
    .flatMap(({ id, benchmark, step }) =>
      evaluationSamples(database, id, { problem, limit: SAMPLES }).map(
        ({ sample, completion, passed, verdict }) =>
          `# ${benchmark} ${problem}, step ${step}, sample ${sample + 1}: ${passed ? "passed" : verdict}\n${completion.trim()}\n`,
      ),
    )
    .join("\n");
}

function sampleLines(
  { sample, completion, passed, verdict, error }: EvaluationSample,
  step: number,
  width: number,
): ReactElement[] {
  const key = `${step}.${sample}`;
  return [
    <Text key={key} wrap="truncate">
      <Text {...emphasis.title()}>{`step ${step}, sample ${sample + 1}: `}</Text>
      <Text {...(passed ? emphasis.good() : emphasis.bad())}>{passed ? "passed" : oneLine(verdict)}</Text>
    </Text>,
    ...(error ? fact(verdict === "wrong-answer" ? "came" : "error", error, width) : []).map((line, index) =>
      cloneElement(line, { key: `${key} error ${index}` }),
    ),
    ...(completion.trim() === ""
      ? paragraph(`${key} empty`, "an empty answer", width)
      : python(key, completion.replace(/^\n+|\s+$/g, ""), width)),
    blank(`${key} end`),
  ];
}

const python = (key: string, source: string, width: number): ReactElement[] =>
  highlightPython(source, width).map((tokens, index) => pythonLine(`${key}.${index}`, tokens));

const blank = (key: string): ReactElement => <Text key={key}> </Text>;
