import type { Backend } from "./backend.ts";

/**
 * No sandbox at all: the program runs as the user, with the user's files and network. Only the worker's own
 * limits on memory and CPU hold. Opened only when `allowUnsafe` is given as well.
 */
export const unsafeLocal: Backend = {
  name: "unsafe-local",
  programs: [],
  filters: 0,
  files: () => [],
  launch: (_host, _policy, python) => ({ command: [...python] }),
};
