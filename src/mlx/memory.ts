import { check, native } from "./ffi/library.ts";

/** MLX's allocator, in bytes, for the whole process. */

/** In arrays now. */
export const active = (): number => native().azr_memory_active();
/** The most that was in arrays since `resetPeak`. */
export const peak = (): number => native().azr_memory_peak();
/** Freed by arrays and kept for new ones. */
export const cached = (): number => native().azr_memory_cached();
export const resetPeak = (): void => native().azr_memory_reset_peak();
/** Gives what is kept back to the system. */
export const clearCache = (): void => native().azr_memory_clear_cache();

/** Beyond this, allocation waits for running work to free some, and may then fail. Returns the previous limit. */
export const setLimit = (bytes: number): number => check(native().azr_memory_set_limit(bytes));
/** The most that is kept for new arrays. Returns the previous limit. */
export const setCacheLimit = (bytes: number): number => check(native().azr_memory_set_cache_limit(bytes));
/** Metal: the most that stays resident; 0 lifts it. Returns the previous limit; no effect elsewhere. */
export const setWiredLimit = (bytes: number): number => check(native().azr_memory_set_wired_limit(bytes));
