import { createContext, useContext, useMemo, useSyncExternalStore } from "react";
import type { RunDatabase } from "../runs/index.ts";
import type { RunStore, RunView } from "./run-store.ts";

const Store = createContext<RunStore | null>(null);
export const RunProvider = Store.Provider;

export function useStore(): RunStore {
  const store = useContext(Store);
  if (!store) throw new Error("a screen is drawn outside RunProvider");
  return store;
}

export function useRun(): RunView {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, store.getView);
}

/** What `read` takes from the database, read again when the database or one of `inputs` has changed. */
export function useQuery<T>(read: (database: RunDatabase) => T, inputs: readonly unknown[]): T {
  const store = useStore();
  const { revision } = useRun();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `inputs` stand for what `read` closes over.
  return useMemo(() => read(store.database), [store, revision, ...inputs]);
}
