import { useApp, useInput, usePaste, useStdin } from "ink";
import { createContext, type ReactNode, useContext, useLayoutEffect, useRef, useState } from "react";
import { keyNames } from "./keys/names.ts";
import { actionOf } from "./keys/table.ts";
import { inputKeys, markReports } from "./mouse-report.ts";
import { useTerminal } from "./terminal-context.ts";

/**
 * Takes a key; true when it was used and no one below should see it, `"text"` when it went into a text that is typed,
 * so that the characters which wait behind it may come as one.
 */
export type KeyHandler = (key: string) => boolean | "text";

/** Higher sees a key first: the app 0, a screen 1, an overlay 2. */
export type KeyPriority = 0 | 1 | 2;

interface Entry {
  priority: KeyPriority;
  handler: { current: KeyHandler };
}

/** A pasted text arrives as one key with this prefix, so that its letters are not taken for commands. */
export const PASTED = "paste:";

/** Characters that were typed faster than they are drawn, as one key with this prefix. */
export const TYPED = "typed:";

/** A number that the user wants to go to: a row, a line, a step of what is shown. */
const GOTO = "goto:";
export const gotoKey = (number: number): string => `${GOTO}${number}`;
/** The number of a key that `gotoKey` made; null of any other. */
export const gotoOf = (key: string): number | null =>
  key.startsWith(GOTO) ? Number(key.slice(GOTO.length)) : null;

interface RouterValue {
  entries: Set<Entry>;
  press: (key: string) => void;
}

const Router = createContext<RouterValue | null>(null);

/** Hands each key to the handlers of what is on the screen, the topmost first. */
export function KeyRouter({ children }: { children: ReactNode }) {
  const entries = useRef(new Set<Entry>()).current;
  const queue = useRef<string[]>([]).current;
  const draining = useRef(false);
  /** The last key went into a text. */
  const typing = useRef(false);
  const [handled, setHandled] = useState(0);
  const terminal = useTerminal();
  const { waitUntilRenderFlush } = useApp();
  const drain = () => {
    const characters = typing.current ? queue.splice(0, leadingCharacters(queue)) : [];
    const key = characters.length > 1 ? typedKey(characters) : (characters[0] ?? queue.shift());
    draining.current = key !== undefined;
    // What the keys changed is seen at once; Ink would let it wait as long as what an engine says.
    if (key === undefined) return void waitUntilRenderFlush();
    let taken: boolean | "text" = false;
    if (actionOf(key, ["global"]) === "suspend") terminal?.suspend();
    else
      for (const { handler } of [...entries].sort((a, b) => b.priority - a.priority)) {
        taken = handler.current(key);
        if (taken) break;
      }
    typing.current = taken === "text";
    // The text is typed no more: each character is a key.
    if (characters.length > 1 && !taken) queue.unshift(...characters);
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
  const { stdin } = useStdin();
  useLayoutEffect(() => markReports(stdin), [stdin]);
  useInput((input, key) => enqueue(...inputKeys(input, (text) => keyNames(text, key))));
  usePaste((text) => enqueue(`${PASTED}${text}`));
  const press = useRef(enqueue);
  press.current = enqueue;
  const value = useRef({ entries, press: (key: string) => press.current(key) }).current;
  return <Router.Provider value={value}>{children}</Router.Provider>;
}

/** How many of the first keys are characters of a text. */
function leadingCharacters(keys: readonly string[]): number {
  const other = keys.findIndex((key) => key !== "space" && [...key].length !== 1);
  return other < 0 ? keys.length : other;
}

const typedKey = (characters: readonly string[]): string =>
  TYPED + characters.map((key) => (key === "space" ? " " : key)).join("");

/** What acts as if a key were pressed, once what is being done is drawn. */
export function usePress(): (key: string) => void {
  const router = useContext(Router);
  return (key) => router?.press(key);
}

const Covered = createContext(false);

/** What a question lies over: it is still drawn, but hears no key and no click. */
export function Beneath({ covered, children }: { covered: boolean; children: ReactNode }) {
  return <Covered.Provider value={covered}>{children}</Covered.Provider>;
}

export function useKeys(priority: KeyPriority, handler: KeyHandler): void {
  const covered = useContext(Covered);
  const entries = useContext(Router)?.entries;
  const [failure, setFailure] = useState<{ error: unknown } | null>(null);
  // Thrown where it is drawn: the error is the screen's, whose boundary shows it.
  if (failure) throw failure.error;
  const guarded: KeyHandler = (key) => {
    if (covered) return false;
    try {
      return handler(key);
    } catch (error) {
      setFailure({ error });
      return true;
    }
  };
  const current = useRef(guarded);
  current.current = guarded;
  // Before the next key, which a passive effect may come after.
  useLayoutEffect(() => {
    const entry = { priority, handler: current };
    entries?.add(entry);
    return () => void entries?.delete(entry);
  }, [entries, priority]);
}
