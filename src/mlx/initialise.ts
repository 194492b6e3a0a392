import { type EnsureNativeOptions, ensureNative } from "../native-setup/index.ts";
import { isOpen, openLibrary } from "./ffi/library.ts";

let opening: Promise<void> | undefined;

/**
 * Loads MLX into this thread, after setting the native layer up where that is still to be done. Everything else
 * in src/mlx needs it first. Idempotent; a Bun Worker calls it for itself. Throws SetupError or EngineError.
 */
export async function initialise(options: EnsureNativeOptions = {}): Promise<void> {
  if (isOpen()) return;
  opening ??= ensureNative(options).then(openLibrary);
  try {
    await opening;
  } finally {
    opening = undefined;
  }
}
