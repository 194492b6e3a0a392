import { existsSync } from "node:fs";
import { join } from "node:path";
import { ModelLoadError } from "../errors/index.ts";
import { loadSafetensors, type MxArray, saveSafetensors } from "../mlx/index.ts";
import type { AdamWState, Parameters } from "./optimizer.ts";

const FILE = "optimizer.safetensors";

/** What a learner needs beside the weights to go on exactly. */
export interface LearnerState {
  optimizer: AdamWState;
  /** Updates that were not applied so far. */
  skipped: number;
}

/** Writes moments as `first.NAME` and `second.NAME`, and the counters as metadata. */
export function saveLearnerState(directory: string, { optimizer, skipped }: LearnerState): void {
  const tensors: Parameters = {};
  for (const moment of ["first", "second"] as const)
    for (const [name, array] of Object.entries(optimizer[moment])) tensors[`${moment}.${name}`] = array;
  saveSafetensors(join(directory, FILE), tensors, {
    format: "mlx",
    updates: String(optimizer.updates),
    skipped: String(skipped),
  });
}

/**
 * Reads what `saveLearnerState` wrote for these parameters. The arrays belong to the scope around. Raises ModelLoadError
 * when the file is missing, or holds moments of other parameters.
 */
export function loadLearnerState(directory: string, parameters: Readonly<Parameters>): LearnerState {
  const path = join(directory, FILE);
  if (!existsSync(path))
    throw new ModelLoadError(`${path} is missing`, { mend: "Resume from another checkpoint." });
  const { tensors, metadata } = loadSafetensors(path);
  const updates = Number(metadata.updates);
  const optimizer: AdamWState = { updates, first: {}, second: {} };
  if (!Number.isInteger(updates)) throw new ModelLoadError(`${path} does not say how many updates it saw`);
  // Before the first update there are no moments.
  if (updates > 0)
    for (const moment of ["first", "second"] as const)
      optimizer[moment] = matching(path, `${moment}.`, tensors, parameters);
  return { optimizer, skipped: Number(metadata.skipped ?? 0) };
}

/**
 * The tensors called prefix + parameter, by parameter. Raises ModelLoadError when one is missing, misshapen or
 * too many.
 */
export function matching(
  path: string,
  prefix: string,
  tensors: ReadonlyMap<string, MxArray>,
  parameters: Readonly<Parameters>,
): Parameters {
  const mend = "Resume with the model and adapter settings that the checkpoint was made with.";
  for (const name of tensors.keys())
    if (name.startsWith(prefix) && !(name.slice(prefix.length) in parameters))
      throw new ModelLoadError(`${path}: ${name} is not trained in this run`, { mend });
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => {
      const tensor = tensors.get(prefix + name);
      if (!tensor || tensor.shape.join() !== parameter.shape.join())
        throw new ModelLoadError(
          `${path}: ${prefix}${name} should have shape [${parameter.shape}] and ${tensor ? `has [${tensor.shape}]` : "is missing"}`,
          { mend },
        );
      return [name, tensor];
    }),
  );
}
