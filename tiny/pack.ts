import { rmSync } from "node:fs";
import { join } from "node:path";
import { warmStart } from "../src/cli/warm-start.ts";
import { fuseAdapter } from "../src/models/fuse.ts";
import type { WrittenModel } from "../src/models/model-writer.ts";
import { quantizeModel } from "../src/models/quantize.ts";

/** Weights that share a scale and a bias: the smaller, the closer to what was trained. */
const PACKING = { bits: 4, groupSize: 32 } as const;

export interface PackOptions {
  /** Directory of the model that the run began with. */
  start: string;
  run: string;
  output: string;
  work: string;
}

/** The run's newest weights in a directory of their own, packed in 4 bits, scales in bfloat16. */
export async function pack({ start, run, output, work }: PackOptions): Promise<WrittenModel> {
  const whole = join(work, "whole");
  rmSync(whole, { recursive: true, force: true });
  const model = (path: string) => ({ path, name: "tiny", format: "directory" as const });
  const { adapter } = await warmStart(run);
  await fuseAdapter(model(start), { adapter: adapter.init as string, output: whole });
  return await quantizeModel(model(whole), { ...PACKING, output, dtype: "bfloat16" });
}
