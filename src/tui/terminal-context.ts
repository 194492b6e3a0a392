import { createContext, useContext } from "react";

/** What screens may ask of the terminal that they are drawn on. */
export interface ScreenTerminal {
  /** Gives the terminal back to the shell and stops this process until it is continued; then draws anew. */
  suspend(): void;
}

const Terminal = createContext<ScreenTerminal | null>(null);
export const TerminalProvider = Terminal.Provider;

/** Null in a test, whose process is not to be stopped. */
export function useTerminal(): ScreenTerminal | null {
  return useContext(Terminal);
}
