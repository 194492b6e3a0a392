import type { KeyContext } from "./contexts.ts";

export interface KeyBinding {
  id: string;
  /** Names as `keyNames` gives them. */
  keys: readonly string[];
  when: KeyContext;
  help: string;
  /** Shown in the footer. */
  footer?: string;
  /** Where the footer has no room for all, those of a low rank stay; 10 where none is given. */
  rank?: number;
}
