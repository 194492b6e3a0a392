import type { ReactElement } from "react";
import type { Place } from "./navigation.tsx";

/** What a place keeps under this name: the directory of the run that was left for it. */
export const LEFT_RUN = "left run";

/** A place that can be shown. */
export interface OpenedPlace {
  element: ReactElement;
  /** Gives back what it holds; called once it will not be shown again. */
  close?: () => void;
  /** The directory of the run that it shows. */
  run?: string;
  /** What went wrong behind it, to be told once the program's screens are left. */
  failure?: () => Error | null;
}

export interface PlaceEntry extends OpenedPlace {
  id: number;
  place: Place;
  /** State that outlives the place's being covered by another. */
  kept: Map<string, unknown>;
}

/** The places that lie over each other; the topmost is shown. */
export class PlaceStack implements Disposable {
  #entries: PlaceEntry[];
  #next = 1;
  #closed = false;
  #listeners = new Set<() => void>();

  constructor(
    place: Place,
    first: OpenedPlace,
    /** What the place needs is imported by then. Rejects with what the user is told. */
    private readonly open: (place: Place) => Promise<OpenedPlace>,
  ) {
    this.#entries = [this.#entry(place, first)];
  }

  getTop = (): PlaceEntry => this.#entries.at(-1) as PlaceEntry;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Shows a place over the present one, or instead of it; `opening` where that has begun. */
  async go(place: Place, instead = false, opening = this.open(place)): Promise<void> {
    const under = this.getTop();
    const opened = await opening;
    // The user may have gone elsewhere while it was opened.
    if (this.#closed || this.getTop() !== under) return opened.close?.();
    const below = instead ? this.#entries.slice(0, -1) : this.#entries;
    // A run that goes on is followed once.
    const others = below.filter(({ run }) => run === undefined || run !== opened.run);
    this.#set([...others, this.#entry(place, opened)]);
  }

  isFirst = (): boolean => this.#entries.length === 1;

  back(): boolean {
    if (this.#entries.length === 1) return false;
    this.#set(this.#entries.slice(0, -1));
    return true;
  }

  /** To the home that lies below, else to a new one; what is above or in its place is closed. */
  async home(): Promise<void> {
    const at = this.#entries.findLastIndex(({ place }) => place.kind === "home");
    if (at >= 0) return this.#set(this.#entries.slice(0, at + 1));
    const home = await this.open({ kind: "home" });
    if (!this.#closed) this.#set([this.#entry({ kind: "home" }, home)]);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#listeners.clear();
    for (const entry of this.#entries) entry.close?.();
  }

  #entry(place: Place, opened: OpenedPlace): PlaceEntry {
    return { ...opened, place, id: this.#next++, kept: new Map() };
  }

  #set(entries: PlaceEntry[]): void {
    const gone = this.#entries.filter((entry) => !entries.includes(entry));
    const left = gone.findLast(({ run }) => run !== undefined)?.run;
    if (left !== undefined) entries.at(-1)?.kept.set(LEFT_RUN, left);
    this.#entries = entries;
    for (const listener of this.#listeners) listener();
    // What is still drawn until the next commit may not be closed under its feet.
    setTimeout(() => {
      for (const entry of gone) entry.close?.();
    }, 0);
  }
}
