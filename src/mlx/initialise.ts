import { totalmem } from "node:os";
import { type EnsureNativeOptions, ensureNative } from "../native-setup/index.ts";
import { backend } from "./device.ts";
import { isOpen, openLibrary } from "./ffi/library.ts";
import { setCacheLimit } from "./memory.ts";

/**
 * MLX's CPU backend keeps 32 MB of freed memory unless told otherwise, so that every larger array is fresh memory
 * whose pages the system must first clear: an addition of 100 MB takes three times as long.
 */
const LARGEST_CACHE = 4 * 2 ** 30;

let opening: Promise<void> | undefined;

/**
 * Loads MLX into this thread, after setting the native layer up where that is still to be done. Everything else
 * in src/mlx needs it first. Idempotent; a Bun Worker calls it for itself. Throws SetupError or EngineError.
 */
export async function initialise(options: EnsureNativeOptions = {}): Promise<void> {
  if (isOpen()) return;
  opening ??= ensureNative(options).then((layer) => {
    openLibrary(layer);
    if (backend() === "cpu") setCacheLimit(Math.min(totalmem() / 8, LARGEST_CACHE));
  });
  try {
    await opening;
  } finally {
    opening = undefined;
  }
}
