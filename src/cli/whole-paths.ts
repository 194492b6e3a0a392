import { resolve } from "node:path";
import type { Config } from "../config/schema.ts";

/** Files are found again from any directory. */
export function withWholePaths(given: Config): Config {
  const { tensorboard } = given.tracking;
  const files = Object.entries(given.evaluation.data).map(([name, path]) => [name, path && resolve(path)]);
  const evaluation = { ...given.evaluation, data: Object.fromEntries(files) };
  const tracking =
    typeof tensorboard === "string"
      ? { ...given.tracking, tensorboard: resolve(tensorboard) }
      : given.tracking;
  const { init } = given.adapter;
  const adapter = init === undefined ? given.adapter : { ...given.adapter, init: resolve(init) };
  const config = { ...given, adapter, evaluation, tracking };
  const { algorithm } = config.training;
  if (algorithm.type !== "sft") return config;
  const data = resolve(algorithm.data);
  const validation = algorithm.validation === "" ? "" : resolve(algorithm.validation);
  return { ...config, training: { ...config.training, algorithm: { ...algorithm, data, validation } } };
}
