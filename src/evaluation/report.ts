import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { FORMATS } from "../config/benchmark-name.ts";
import { ModelLoadError, RunError } from "../errors/index.ts";
import type { Compared, Comparison } from "./comparison.ts";
import { resultMarkdown } from "./pages/markdown.ts";
import { resultPage } from "./pages/page.ts";
import type { Score } from "./pass-at-k.ts";
import type { ReferenceRow } from "./reference-rows.ts";
import type { EvaluationResult } from "./result.ts";

/** A result with what it is set beside: what `evaluation_results.json` holds and the pages show. */
export interface EvaluationReport extends EvaluationResult {
  comparison?: Comparison;
  /** Quoted, not measured. */
  references?: ReferenceRow[];
  /** Every checkpoint that was scored, oldest first; the report itself is of the last one. */
  checkpoints?: CheckpointScores[];
}

export interface CheckpointScores {
  step: number;
  scores: Record<string, Score>;
}

/** Where reports go that name no file: the newest of any benchmark, and the newest of this one. */
export function resultFiles(directory: string, benchmark: string): string[] {
  const names = ["evaluation_results.json", `evaluation_results-${benchmark}.json`];
  return names.map((name) => join(directory, name));
}

/**
 * Writes the report as JSON and, beside it, as `.md` and `.html`; their paths. Throws RunError where that cannot be
 * done; the samples are on disk already, so that nothing has to be made again.
 */
export async function writeReport(path: string, report: EvaluationReport): Promise<string[]> {
  const stem = path.replace(/\.json$/, "");
  const files: [string, string][] = [
    [path, `${JSON.stringify(report, null, 2)}\n`],
    [`${stem}.md`, resultMarkdown(report)],
    [`${stem}.html`, resultPage(report)],
  ];
  try {
    await mkdir(dirname(path), { recursive: true });
    for (const [file, text] of files) await replaceFile(file, text);
  } catch (cause) {
    throw new RunError(`The result cannot be written to ${path}: ${(cause as Error).message}`, {
      mend: "Make room, or name another place with --output. The samples are kept: the same command makes none of them again.",
      cause,
    });
  }
  return files.map(([file]) => file);
}

/** Writes beside the file, then renames: a reader never sees half of one. */
async function replaceFile(file: string, text: string): Promise<void> {
  const beside = `${file}.${process.pid}`;
  try {
    await writeFile(beside, text);
    await rename(beside, file);
  } finally {
    await rm(beside, { force: true });
  }
}

export const StoredSettings = v.object({
  samples: v.number(),
  temperature: v.number(),
  topP: v.number(),
  maxTokens: v.number(),
  seed: v.number(),
  format: v.optional(v.picklist(FORMATS), "raw"),
});

export const StoredSetup = v.object({
  version: v.string(),
  data: v.exactOptional(v.string()),
  level: v.exactOptional(v.string()),
  shots: v.exactOptional(v.number()),
  quantize: v.exactOptional(v.string()),
  adapter: v.exactOptional(v.string()),
  revision: v.exactOptional(v.string()),
});

const Stored = v.object({
  benchmark: v.string(),
  model: v.string(),
  settings: v.nullable(StoredSettings),
  setup: v.exactOptional(StoredSetup),
  outcomes: v.array(
    v.pipe(
      v.object({ id: v.string(), group: v.optional(v.string()), samples: v.number(), passed: v.number() }),
      v.check(({ samples, passed }) => samples >= 1 && passed >= 0 && passed <= samples),
    ),
  ),
});

/** Reads what a comparison needs of a result file. Throws ModelLoadError that names the file and the field. */
export async function readResult(path: string): Promise<Compared> {
  const mend = "Name an evaluation_results.json that azr-tui eval wrote, a run, or base.";
  const text = await readFile(path, "utf8").catch((cause) => {
    throw new ModelLoadError(`The baseline ${path} cannot be read.`, { mend, cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ModelLoadError(`The baseline ${path} is not JSON.`, { mend, cause });
  }
  const parsed = v.safeParse(Stored, value);
  if (parsed.success) {
    const { outcomes, ...rest } = parsed.output;
    return {
      ...rest,
      outcomes: outcomes.map(({ group, ...outcome }) =>
        group === undefined ? outcome : { ...outcome, group },
      ),
    };
  }
  const issue = parsed.issues[0];
  const field = issue.path?.map(({ key }) => String(key)).join(".") || "the file";
  throw new ModelLoadError(
    `The baseline ${path} is no result: ${field}: expected ${issue.expected ?? "passed within samples"}, got ${issue.received}.`,
    { mend },
  );
}
