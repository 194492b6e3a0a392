import { Box, type DOMElement, Text } from "ink";
import { useEffect, useMemo, useRef } from "react";
import type { EvaluationRecord } from "../../../runs/index.ts";
import { useKeys } from "../../key-router.tsx";
import type { KeyContext } from "../../keys/contexts.ts";
import { actionOf, type KeyId } from "../../keys/table.ts";
import { useClick } from "../../mouse.ts";
import { oneLine } from "../../printable.ts";
import { useKept, useSource } from "../../run-context.tsx";
import { emphasis } from "../../theme.ts";
import { useCopy } from "../../use-copy.ts";
import { useSay } from "../../use-say.ts";
import { Panel } from "../../widgets/panel.tsx";
import { useVirtualList } from "../../widgets/virtual-list.ts";
import { type Flip, type FlippedProblem, type Flips, flipsOf } from "./flips.ts";
import { Problem, samplesText } from "./problem.tsx";
import { percent } from "./scores.ts";

const CONTEXTS: readonly KeyContext[] = ["flips", "rows", "list"];
const SHOWN = ["flipped", "gained", "lost", "neither", "all"] as const;

/** Problems of an evaluation beside another: what was gained and lost, and each with its code. */
export function FlipList(props: {
  model: EvaluationRecord;
  baseline: EvaluationRecord | null;
  width: number;
  height: number;
  onContexts: (contexts: readonly KeyContext[]) => void;
  close: () => void;
}) {
  const { model, baseline, width, height, onContexts, close } = props;
  const { run, database } = useSource();
  const [kept, setKept] = useKept<number>("Eval/shown", baseline ? 0 : 4);
  const [open, setOpen] = useKept<string | null>("Eval/problem", null);
  const [wrap, setWrap] = useKept("wrap", true);
  const { say, hush } = useSay();
  const copy = useCopy();
  // What was stored does not change, and its intervals take a while.
  const flips = useMemo(
    () => flipsOf(database, run.name, model, baseline),
    [database, run.name, model, baseline],
  );
  const shown = SHOWN[kept] ?? "all";
  const problems = flips.problems.filter(({ flip }) => isShown(flip, shown));
  const words = summary(flips, otherDraws(model, baseline), width - 4);
  const rows = Math.max(1, height - 2 - words.length);
  const list = useVirtualList(
    `Eval/problems ${model.id} ${shown}`,
    problems.map((_, index) => index),
    rows,
  );
  useEffect(() => {
    onContexts(open === null ? CONTEXTS : ["detail"]);
    return () => onContexts([]);
  }, [open, onContexts]);
  const copySamples = (problem: string | null | undefined) => {
    if (problem == null) return;
    say(copy(samplesText(database, problem, [model, ...(baseline ? [baseline] : [])])));
  };
  const showAt = (index: number) => {
    const problem = problems[index];
    if (!problem) return;
    list.select(index);
    setOpen(problem.id);
  };
  useKeys(1, (key) => {
    hush();
    const action = actionOf(key, open === null ? CONTEXTS : ["detail"]);
    const at = problems.findIndex(({ id }) => id === open);
    const actions: Partial<Record<KeyId, () => void>> =
      open === null
        ? {
            "open-problem": () => showAt(list.selected),
            "which-problems": () => setKept((kept + 1) % SHOWN.length),
            "leave-flips": close,
            "copy-row": () => copySamples(problems[list.selected]?.id),
          }
        : {
            back: () => setOpen(null),
            wrap: () => setWrap(!wrap),
            copy: () => copySamples(open),
            "next-row": () => showAt(at + 1),
            "previous-row": () => showAt(at - 1),
          };
    const act = action && actions[action];
    if (!act) return open === null && list.move(action);
    act();
    return true;
  });
  const element = useRef<DOMElement>(null);
  useClick(element, (_, line) => {
    const index = list.top + line;
    if (index === list.selected) showAt(index);
    else if (index < problems.length) list.select(index);
  });
  if (open !== null) return <Problem key={open} {...{ model, baseline, wrap, width, height }} id={open} />;
  const beside = baseline && baseline.id !== model.id ? ` beside step ${baseline.step}` : "";
  return (
    <Panel
      title={`${oneLine(model.benchmark)}, step ${model.step}${beside}`}
      note={`${shown}: ${problems.length}`}
      width={width}
      height={height}
    >
      {words.map((line) => (
        <Text key={line} wrap="truncate" {...emphasis.faint()}>
          {line}
        </Text>
      ))}
      {problems.length === 0 && <Text {...emphasis.faint()}>{`No problem: ${EMPTY[shown]}`}</Text>}
      <Box flexDirection="column" flexShrink={0} ref={element}>
        {problems.slice(list.top, list.top + rows).map((problem, index) => (
          <ProblemLine
            key={problem.id}
            problem={problem}
            selected={list.top + index === list.selected}
            compared={baseline !== null}
          />
        ))}
      </Box>
    </Panel>
  );
}

const EMPTY = {
  flipped: "the two solve the same ones. t shows the others.",
  gained: "none is solved here alone.",
  lost: "none is solved there alone.",
  neither: "each is solved by one of them.",
  all: "the evaluation has no samples.",
} as const;

const isShown = (flip: Flip, shown: (typeof SHOWN)[number]): boolean =>
  shown === "all" || shown === flip || (shown === "flipped" && (flip === "gained" || flip === "lost"));

/** The comparison in words: the differences with their intervals, the test, what is unequal about the two. */
function summary({ comparison }: Flips, draws: readonly string[], width: number): string[] {
  if (!comparison) return [];
  const { rows, mcnemar, gained, lost, differences, leftOut } = comparison;
  const scores = rows.map(
    ({ name, model, baseline, difference: { value, low, high } }) =>
      `${name} ${percent(baseline)} to ${percent(model)}: ${points(value)} (${points(low)} to ${points(high)})`,
  );
  const test = mcnemar ? `McNemar p = ${mcnemar.p.toPrecision(2)}` : "different numbers of samples";
  return [
    `gained ${gained.length}, lost ${lost.length}; ${test}`,
    ...scores,
    ...(differences.length > 0 ? [`not alike: ${differences.join("; ")}`] : []),
    ...draws,
    ...(leftOut > 0 ? [`${leftOut} problems that only one has are left out of the figures`] : []),
  ].flatMap((line) => (line.length <= width ? [line] : [line.slice(0, width)]));
}

/** Where samples were drawn with two seeds, problems flip by the draw as well as by the weights. */
function otherDraws({ settings }: EvaluationRecord, baseline: EvaluationRecord | null): string[] {
  const before = baseline?.settings ?? settings;
  const alike = settings.seed === before.seed || settings.temperature === 0;
  return alike ? [] : [`other draws: seed ${settings.seed}, baseline ${before.seed}`];
}

/** A difference of shares in percentage points, with its sign. */
const points = (share: number): string => `${share > 0 ? "+" : ""}${percent(share)}`;

const MARKS: Record<Flip, { mark: string; style: () => object }> = {
  gained: { mark: "+ gained ", style: emphasis.good },
  lost: { mark: "- lost   ", style: emphasis.bad },
  both: { mark: "  solved ", style: emphasis.faint },
  neither: { mark: "  failed ", style: emphasis.warning },
};

function ProblemLine(props: { problem: FlippedProblem; selected: boolean; compared: boolean }) {
  const { problem, selected, compared } = props;
  const { mark, style } = MARKS[problem.flip];
  const count = (outcome: FlippedProblem["model"]) =>
    outcome ? `${outcome.passed}/${outcome.samples}` : "-";
  const counts = compared
    ? `${count(problem.baseline).padStart(6)} to ${count(problem.model)}`
    : count(problem.model).padStart(6);
  return (
    <Text wrap="truncate" inverse={selected}>
      {selected ? "▸" : " "}
      <Text {...style()}>{mark}</Text>
      {oneLine(problem.id).slice(0, 28).padEnd(28)}
      {counts}
    </Text>
  );
}
