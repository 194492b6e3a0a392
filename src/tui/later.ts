import { useEffect, useSyncExternalStore } from "react";

/** Code that the first frame does not wait for. */
export class Later<T> {
  #module: T | null = null;
  #loading: Promise<T> | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly importIt: () => Promise<T>) {}

  /** Null until it is loaded. */
  get = (): T | null => this.#module;

  load(): Promise<T> {
    this.#loading ??= this.#import();
    return this.#loading;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async #import(): Promise<T> {
    this.#module = await this.importIt();
    for (const listener of this.#listeners) listener();
    return this.#module;
  }
}

/** The code, once it is loaded; it begins to be when what needs it has been drawn without it. */
export function useLater<T>(later: Later<T>): T | null {
  useEffect(() => void later.load(), [later]);
  return useSyncExternalStore(later.subscribe, later.get);
}
