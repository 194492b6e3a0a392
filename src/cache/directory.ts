import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * The user's cache for everything that can be fetched or built again: wheels, the compiled shim, models,
 * benchmark files. `AZR_CACHE_DIR`, else `XDG_CACHE_HOME/azr-tui`, else the platform's place. An absolute path.
 */
export function cacheDirectory(...parts: string[]): string {
  return resolve(root(), ...parts);
}

function root(): string {
  if (process.env.AZR_CACHE_DIR) return process.env.AZR_CACHE_DIR;
  if (process.env.XDG_CACHE_HOME) return join(process.env.XDG_CACHE_HOME, "azr-tui");
  return process.platform === "darwin"
    ? join(homedir(), "Library", "Caches", "azr-tui")
    : join(homedir(), ".cache", "azr-tui");
}
