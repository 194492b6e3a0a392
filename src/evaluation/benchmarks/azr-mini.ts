import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { isNode, isSeq, LineCounter, parseDocument } from "yaml";
import { ModelLoadError } from "../../errors/index.ts";
import type { Benchmark } from "../benchmark.ts";
import { checkRecord, readRecords } from "../records.ts";
import { AZR_MINI_BANDS, AZR_MINI_PATHS, type AzrMiniBand } from "./azr-mini-data.ts";
import { type HumanEvalProblem, HumanEvalRecord, humanEvalOf } from "./humaneval.ts";

/** Our own functions to complete, in HumanEval's form, with the mistakes that their tests must catch. */
const Record = v.object({
  ...HumanEvalRecord.entries,
  band: v.picklist(AZR_MINI_BANDS),
  topic: v.pipe(v.string(), v.nonEmpty()),
  wrong: v.pipe(v.array(v.object({ why: v.string(), solution: v.string() })), v.minLength(2)),
});
type Record = v.InferOutput<typeof Record>;

export interface AzrMiniProblem extends HumanEvalProblem {
  group: AzrMiniBand;
  topic: string;
  /** Completions that must fail: plausible mistakes, each with what is wrong about it. */
  wrong: Record["wrong"];
}

const WHAT = "azr-mini's problems as YAML, or as JSONL with the same fields";

/** Reads problems. Throws ModelLoadError naming file, line and field. */
export async function readAzrMini(
  paths: readonly string[] = AZR_MINI_PATHS,
): Promise<Benchmark<AzrMiniProblem>> {
  const records = (await Promise.all(paths.map(read))).flat();
  const { problems, ...benchmark } = humanEvalOf("azr-mini", records);
  return {
    ...benchmark,
    problems: problems.map((problem, i) => {
      const { band, topic, wrong } = records[i] as Record;
      return { ...problem, group: band, topic, wrong };
    }),
  };
}

const read = (path: string): Promise<Record[]> =>
  /\.ya?ml$/.test(path) ? readYaml(path) : readRecords(path, Record, WHAT);

async function readYaml(path: string): Promise<Record[]> {
  const lines = new LineCounter();
  const document = parseDocument(await textOf(path), { lineCounter: lines });
  const [error] = document.errors;
  if (error) throw new ModelLoadError(`${path} is not YAML: ${error.message}`, { mend: `Expected ${WHAT}.` });
  const { contents } = document;
  if (!isSeq(contents) || contents.items.length === 0) {
    throw new ModelLoadError(`${path} holds no list of problems.`, { mend: `Expected ${WHAT}.` });
  }
  return contents.items.map((item) => {
    const { line } = lines.linePos(isNode(item) ? (item.range?.[0] ?? 0) : 0);
    const value = isNode(item) ? item.toJS(document) : item;
    return checkRecord(value, Record, `${path}:${line}`, WHAT);
  });
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new ModelLoadError(`${path} cannot be read: ${(cause as Error).message}`, {
      mend: `Give the path of ${WHAT}.`,
      cause,
    });
  }
}
