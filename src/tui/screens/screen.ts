import type { KeyContext } from "../keys/contexts.ts";

/** What the app gives every screen. */
export interface ScreenProps {
  width: number;
  height: number;
  /** Tells the app which contexts the screen adds, the innermost first, for the footer and the help. */
  onContexts: (contexts: readonly KeyContext[]) => void;
  /** Shows another screen by its name. */
  onGo: (screen: string) => void;
}
