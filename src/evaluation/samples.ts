import { appendFile, mkdir, readFile, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import * as v from "valibot";
import { ModelLoadError } from "../errors/index.ts";
import { readRecords } from "./records.ts";

/** One judged sample: HumanEval's and EvalPlus's fields first, ours after them. */
export interface SampleRecord {
  task_id: string;
  completion: string;
  /** The answer that is judged: for programs, one that stands alone. */
  solution: string;
  /** Index of the sample among those of its problem. */
  sample: number;
  /** Null where nothing was judged. */
  passed: boolean | null;
  /** `ok`, `wrong-answer`, or the sandbox's verdict on the program. */
  verdict: string;
  /** Type and message of the error, bounded; empty when there is none. */
  error: string;
  tokens: number;
  finish: string;
  /** What the model wrote, where it is not the completion. */
  response?: string;
  /** Other bars beside the benchmark's own. */
  aspects?: Record<string, boolean>;
}

/**
 * Samples of one evaluation on disk, appended as they are judged, so that an evaluation that was cut off goes
 * on where it was. A last line that was cut off is dropped.
 */
export class SampleFile {
  #pending = Promise.resolve();

  private constructor(
    readonly path: string,
    readonly records: readonly SampleRecord[],
  ) {}

  static async open(path: string): Promise<SampleFile> {
    await mkdir(dirname(path), { recursive: true });
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
    try {
      return new SampleFile(
        path,
        whole
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line)),
      );
    } catch (cause) {
      throw new ModelLoadError(`${path} holds a line that is not JSON.`, {
        mend: "Remove the file, or give --fresh to start the evaluation over.",
        cause,
      });
    }
  }

  append(record: SampleRecord): void {
    this.#pending = this.#pending.then(() => appendFile(this.path, `${JSON.stringify(record)}\n`));
  }

  /** Resolves when everything appended is on disk. */
  async flush(): Promise<void> {
    await this.#pending;
  }
}

const Completion = v.pipe(
  v.looseObject({
    task_id: v.string(),
    completion: v.optional(v.string()),
    solution: v.optional(v.string()),
  }),
  v.check(
    ({ completion, solution }) => completion !== undefined || solution !== undefined,
    "a completion or a solution",
  ),
);

/** A sample made elsewhere: HumanEval's `completion`, or EvalPlus's whole `solution`. */
export interface ForeignSample {
  task_id: string;
  completion?: string | undefined;
  solution?: string | undefined;
}

/** Reads samples in HumanEval's or EvalPlus's JSONL form, gzip or not. */
export async function readCompletions(path: string): Promise<ForeignSample[]> {
  return await readRecords(path, Completion, "samples with task_id and completion or solution");
}
