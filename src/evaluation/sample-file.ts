import { appendFile, mkdir, readFile, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import * as v from "valibot";
import { ModelLoadError, RunError } from "../errors/index.ts";
import type { SampleRecord } from "./sample-record.ts";

/** What an evaluation that goes on reads of its own records. */
const Stored = v.looseObject({
  task_id: v.string(),
  sample: v.number(),
  passed: v.nullable(v.boolean()),
  verdict: v.string(),
});

/**
 * Samples of one evaluation on disk, appended as they are judged, so that an evaluation that was cut off goes
 * on where it was. A last line that was cut off is dropped, and so is a sample that is there twice.
 */
export class SampleFile {
  #pending = Promise.resolve();
  #failure: RunError | undefined;

  private constructor(
    readonly path: string,
    readonly records: readonly SampleRecord[],
  ) {}

  static async open(path: string): Promise<SampleFile> {
    await mkdir(dirname(path), { recursive: true }).catch((cause) => {
      throw unwritable(path, cause);
    });
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
    const lines = whole.split("\n").slice(0, -1);
    const records = new Map<string, SampleRecord>();
    for (const [i, line] of lines.entries()) {
      const record = recordOf(line, `${path}:${i + 1}`);
      const key = `${record.task_id}#${record.sample}`;
      if (!records.has(key)) records.set(key, record);
    }
    return new SampleFile(path, [...records.values()]);
  }

  /** Why nothing more can be written; undefined while all is well. */
  get failure(): RunError | undefined {
    return this.#failure;
  }

  /** Resolves when the record is on disk, or it is known that it cannot be. */
  append(record: SampleRecord): Promise<void> {
    this.#pending = this.#pending.then(async () => {
      // What follows half a line would be lost with it.
      if (this.#failure) return;
      await appendFile(this.path, `${JSON.stringify(record)}\n`).catch((cause) => {
        this.#failure = unwritable(this.path, cause);
      });
    });
    return this.#pending;
  }

  /** Resolves when everything appended is on disk. Throws RunError where something could not be written. */
  async flush(): Promise<void> {
    await this.#pending;
    if (this.#failure) throw this.#failure;
  }
}

function recordOf(line: string, place: string): SampleRecord {
  try {
    return v.parse(Stored, JSON.parse(line)) as unknown as SampleRecord;
  } catch (cause) {
    throw new ModelLoadError(`${place} is no sample of an evaluation.`, {
      mend: "Remove the file, or give --fresh to start the evaluation over.",
      cause,
    });
  }
}

function unwritable(path: string, cause: Error): RunError {
  return new RunError(`The samples cannot be written to ${path}: ${cause.message}`, {
    mend: "Make room, or name another place with --output_dir. What is on disk is kept: the same command goes on with it.",
    cause,
  });
}
