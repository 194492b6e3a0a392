import { ConfigError } from "../errors/index.ts";
import type { SamplingSettings } from "./evaluate.ts";
import { mcnemarExact } from "./mcnemar.ts";
import { type ProblemCount, pairedDifference, passAtK, type Score } from "./pass-at-k.ts";
import type { EvaluationResult, EvaluationSetup, ProblemOutcome } from "./result.ts";

/** What is compared of a result. */
export type Compared = Pick<EvaluationResult, "benchmark" | "model" | "settings" | "setup" | "outcomes">;

/** A model beside its baseline, over the problems that both were scored on. */
export interface Comparison {
  baseline: string;
  model: string;
  problems: number;
  /** Problems that one of the two alone was scored on; they are left out. */
  leftOut: number;
  rows: ComparedScore[];
  /** Null where the two drew different numbers of samples: solving at least once would favour the one with more. */
  mcnemar: { gained: number; lost: number; p: number } | null;
  /** Problems that the model solves in at least one sample and the baseline in none, in the benchmark's order. */
  gained: string[];
  /** The other way round. */
  lost: string[];
  /** Settings of the sampling, and of what was scored, that differ, such as `temperature 0.8, baseline 0`. */
  differences: string[];
}

export interface ComparedScore {
  /** `pass@1`, or `interview/pass@1` of a group. */
  name: string;
  baseline: number;
  model: number;
  /** Model minus baseline, with the 95% interval of the paired bootstrap over problems. */
  difference: Score;
}

interface Pair {
  group: string | undefined;
  id: string;
  model: ProblemCount;
  baseline: ProblemCount;
}

/**
 * Compares two results problem by problem, for every k that all problems of both have samples for.
 * Throws ConfigError when they are of different benchmarks or have no problem in common.
 */
export function compare(model: Compared, baseline: Compared, ks: readonly number[]): Comparison {
  if (model.benchmark !== baseline.benchmark) {
    throw new ConfigError(`The baseline is a result of ${baseline.benchmark}, not of ${model.benchmark}.`, {
      mend: "Compare results of one benchmark.",
    });
  }
  const pairs = pair(model.outcomes, baseline.outcomes);
  if (pairs.length === 0) {
    throw new ConfigError("The baseline was scored on none of these problems.", {
      mend: "Score both on the same problems: the same --limit and --level.",
    });
  }
  const groups = [...new Set(pairs.flatMap(({ group }) => group ?? []))];
  const parts: [string, Pair[]][] = [
    ["", pairs],
    ...(groups.length > 1 ? groups : []).map((group): [string, Pair[]] => [
      `${group}/`,
      pairs.filter((one) => one.group === group),
    ]),
  ];
  const gained = pairs.filter((one) => one.model.passed > 0 && one.baseline.passed === 0);
  const lost = pairs.filter((one) => one.model.passed === 0 && one.baseline.passed > 0);
  const even = pairs.every((one) => one.model.samples === one.baseline.samples);
  return {
    baseline: baseline.model,
    model: model.model,
    problems: pairs.length,
    leftOut: model.outcomes.length + baseline.outcomes.length - 2 * pairs.length,
    rows: parts.flatMap(([name, part]) =>
      ks.filter((k) => hasSamples(pairs, k)).map((k) => comparedScore(`${name}pass@${k}`, part, k)),
    ),
    mcnemar: even
      ? { gained: gained.length, lost: lost.length, p: mcnemarExact(gained.length, lost.length) }
      : null,
    gained: gained.map(({ id }) => id),
    lost: lost.map(({ id }) => id),
    differences: [
      ...settingsDiffer(model.settings, baseline.settings),
      ...setupsDiffer(model.setup, baseline.setup),
    ],
  };
}

function pair(model: readonly ProblemOutcome[], baseline: readonly ProblemOutcome[]): Pair[] {
  const others = new Map(baseline.map((outcome) => [outcome.id, outcome]));
  return model.flatMap((outcome) => {
    const other = others.get(outcome.id);
    return other ? [{ id: outcome.id, group: outcome.group, model: outcome, baseline: other }] : [];
  });
}

const hasSamples = (pairs: readonly Pair[], k: number): boolean =>
  pairs.every(({ model, baseline }) => Math.min(model.samples, baseline.samples) >= k);

function comparedScore(name: string, pairs: readonly Pair[], k: number): ComparedScore {
  const values = pairs.map(({ model, baseline }) => [passAtK(model, k), passAtK(baseline, k)] as const);
  const mean = (of: 0 | 1) => values.reduce((sum, pair) => sum + pair[of], 0) / values.length;
  const differences = values.map(([one, other]) => one - other);
  return { name, model: mean(0), baseline: mean(1), difference: pairedDifference(differences, k) };
}

/** The seed is no difference in kind: other draws of the same sampling are what the interval is about. */
function settingsDiffer(model: SamplingSettings | null, baseline: SamplingSettings | null): string[] {
  if (model === null || baseline === null) return [];
  const names = ["samples", "temperature", "topP", "maxTokens", "format"] as const;
  return names.flatMap((name) => {
    const [one, other] = [model, baseline].map((settings) => settings[name] ?? "raw");
    return one === other ? [] : [`${name} ${one}, baseline ${other}`];
  });
}

/** A result that does not say how it was set up compares as unknown. Adapter and revision are what is compared. */
function setupsDiffer(model: EvaluationSetup | undefined, baseline: EvaluationSetup | undefined): string[] {
  if (model === undefined || baseline === undefined) return [];
  const names = ["shots", "data", "level", "quantize", "version"] as const;
  return names.flatMap((name) => {
    const [one, other] = [model, baseline].map((setup) => setup[name] ?? (name === "shots" ? 0 : "none"));
    return one === other ? [] : [`${name} ${one}, baseline ${other}`];
  });
}
