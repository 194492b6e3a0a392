import { join } from "node:path";

export const AZR_MINI_BANDS = ["easy", "medium", "hard"] as const;
export type AzrMiniBand = (typeof AZR_MINI_BANDS)[number];

const directory = join(import.meta.dir, "..", "data", "azr-mini");

/** The files that come with the project, one for each band. */
export const AZR_MINI_PATHS: readonly [string, ...string[]] = [
  join(directory, "easy.yaml"),
  join(directory, "medium.yaml"),
  join(directory, "hard.yaml"),
];
