import { useInput, usePaste } from "ink";
import { createContext, type ReactNode, useContext, useLayoutEffect, useRef, useState } from "react";
import { keyNames } from "./keys.ts";

/** Takes a key; true when it was used and no one below should see it. */
export type KeyHandler = (key: string) => boolean;

/** Higher sees a key first: the app 0, a screen 1, an overlay 2. */
export type KeyPriority = 0 | 1 | 2;

interface Entry {
  priority: KeyPriority;
  handler: { current: KeyHandler };
}

/** A pasted text arrives as one key with this prefix, so that its letters are not taken for commands. */
export const PASTED = "paste:";

const Router = createContext<Set<Entry> | null>(null);

/** Hands each key to the handlers of what is on the screen, the topmost first. */
export function KeyRouter({ children }: { children: ReactNode }) {
  const entries = useRef(new Set<Entry>()).current;
  const queue = useRef<string[]>([]).current;
  const draining = useRef(false);
  const [handled, setHandled] = useState(0);
  const drain = () => {
    const key = queue.shift();
    draining.current = key !== undefined;
    if (key === undefined) return;
    for (const { handler } of [...entries].sort((a, b) => b.priority - a.priority))
      if (handler.current(key)) break;
    setHandled((count) => count + 1);
  };
  // The next key waits for the commit that holds what this one changed: it may meet another screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the count says that a key was handled.
  useLayoutEffect(() => {
    if (!draining.current) return;
    const timer = setTimeout(drain, 0);
    return () => clearTimeout(timer);
  }, [handled]);
  const enqueue = (...keys: string[]) => {
    queue.push(...keys);
    if (!draining.current) drain();
  };
  useInput((input, key) => enqueue(...keyNames(input, key)));
  usePaste((text) => enqueue(`${PASTED}${text}`));
  return <Router.Provider value={entries}>{children}</Router.Provider>;
}

export function useKeys(priority: KeyPriority, handler: KeyHandler): void {
  const entries = useContext(Router);
  const current = useRef(handler);
  current.current = handler;
  // Before the next key, which a passive effect may come after.
  useLayoutEffect(() => {
    const entry = { priority, handler: current };
    entries?.add(entry);
    return () => void entries?.delete(entry);
  }, [entries, priority]);
}
