import { Text } from "ink";
import { cloneElement, type ReactElement } from "react";
import {
  type EvaluationRecord,
  type EvaluationSample,
  evaluationSamples,
  type RunDatabase,
} from "../../../runs/index.ts";
import { oneLine } from "../../printable.ts";
import { useQuery } from "../../run-context.tsx";
import { emphasis } from "../../theme.ts";
import { fact, heading, paragraph } from "../../widgets/facts.tsx";
import { Panel } from "../../widgets/panel.tsx";
import { highlightPython, pythonLine } from "../../widgets/python.tsx";
import { Scroll } from "../../widgets/scroll.tsx";

/** Most samples shown of a problem, of each evaluation. */
const SAMPLES = 50;

/** One problem: what the two evaluations answered, with verdict and error. */
export function Problem(props: {
  id: string;
  model: EvaluationRecord;
  baseline: EvaluationRecord | null;
  /** Whether long lines are broken. */
  wrap: boolean;
  /** In the border, such as what was copied. */
  note: string;
  width: number;
  height: number;
}) {
  const { id, model, baseline, wrap, note, width, height } = props;
  const lines = useQuery(
    (database) => {
      const room = wrap ? width - 4 : 4000;
      const others = baseline && baseline.id !== model.id ? [baseline] : [];
      return [model, ...others].flatMap((evaluation) => {
        const samples = evaluationSamples(database, evaluation.id, { problem: id, limit: SAMPLES });
        if (samples.length === 0) return [heading(`step ${evaluation.step}: not among its problems`)];
        return samples.flatMap((sample) => sampleLines(sample, evaluation.step, room));
      });
    },
    [id, model.id, baseline?.id, width, wrap],
  );
  return (
    <Panel title={`${oneLine(model.benchmark)} ${oneLine(id)}`} note={note} width={width} height={height}>
      <Scroll lines={lines} height={height - 2} />
    </Panel>
  );
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
    ...(error ? fact("error", error, width) : []).map((line, index) =>
      cloneElement(line, { key: `${key} error ${index}` }),
    ),
    ...(completion.trim() === ""
      ? paragraph(`${key} empty`, "an empty answer", width)
      : highlightPython(completion.replace(/^\n+|\s+$/g, ""), width).map((tokens, index) =>
          pythonLine(`${key}.${index}`, tokens),
        )),
    <Text key={`${key} end`}> </Text>,
  ];
}
