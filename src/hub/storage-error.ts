import { AzrError, SetupError } from "../errors/index.ts";
import { hubCacheDirectory } from "./cache.ts";

const CODES = ["ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "ENOTDIR", "EIO"];

/** Whether a failure is the disk's rather than the network's. */
export function isStorageError(error: unknown): error is NodeJS.ErrnoException {
  return CODES.includes(String((error as NodeJS.ErrnoException | null)?.code));
}

/** A failure of the disk in words; any other error as it is. */
export function storageError(error: unknown): unknown {
  if (error instanceof AzrError || !isStorageError(error)) return error;
  if (error.code === "ENOSPC" || error.code === "EDQUOT") return diskFull(error.message, error);
  return new SetupError(`The Hugging Face cache ${hubCacheDirectory()} cannot be written: ${error.message}`, {
    mend: "Set HF_HUB_CACHE to a directory that can be written.",
    cause: error,
  });
}

export function diskFull(reason: string, cause?: unknown): SetupError {
  return new SetupError(`The disk of ${hubCacheDirectory()} is full: ${reason}.`, {
    mend: "Free some space, or set HF_HUB_CACHE to a directory on another disk, and run again: what has come is kept.",
    cause,
  });
}
