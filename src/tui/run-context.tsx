import { createContext, useContext, useMemo, useState, useSyncExternalStore } from "react";
import type { RunDatabase } from "../runs/index.ts";
import type { RunSource, RunView } from "./run-view.ts";

const Source = createContext<RunSource | null>(null);
export const RunProvider = Source.Provider;

export function useSource(): RunSource {
  const source = useContext(Source);
  if (!source) throw new Error("a screen is drawn outside RunProvider");
  return source;
}

export function useRun(): RunView {
  const source = useSource();
  return useSyncExternalStore(source.subscribe, source.getView);
}

/**
 * A part of what is known of the run: unlike `useRun`, its component is drawn anew only when that part has changed,
 * as `Object.is` tells.
 */
export function useView<T>(select: (view: RunView) => T): T {
  const source = useSource();
  return useSyncExternalStore(source.subscribe, () => select(source.getView()));
}

/** What `read` takes from the database, read again when the database or one of `inputs` has changed. */
export function useQuery<T>(read: (database: RunDatabase) => T, inputs: readonly unknown[]): T {
  const source = useSource();
  const revision = useView((view) => view.revision);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `inputs` stand for what `read` closes over.
  return useMemo(() => read(source.database), [source, revision, ...inputs]);
}

export const Kept = createContext<Map<string, unknown>>(new Map());
export const KeptProvider = Kept.Provider;

/** State that outlives its component, by name: a list is where it was when the user comes back to its screen. */
export function useKept<T>(name: string, initial: T): [T, (next: T) => void] {
  const kept = useContext(Kept);
  const [value, setValue] = useState<T>(kept.has(name) ? (kept.get(name) as T) : initial);
  return [
    value,
    (next) => {
      kept.set(name, next);
      setValue(next);
    },
  ];
}
