import type { ReactElement } from "react";
import type { FilterField, Listing, Order, RunDatabase } from "../../runs/index.ts";

/** How one kind of record is listed and shown: Tasks, Rollouts and their groups are three of these. */
export interface RecordKind<R extends { id: number }> {
  /** Plural; also the name that the list's state is kept under. */
  title: string;
  /** Of one of them. */
  one: string;
  /** Shown when there is none yet. */
  empty: string;
  listing: Listing<R>;
  order: Order;
  columns: readonly Column<R>[];
  /** The last column: text that takes the room that is left. */
  text: { title: string; of(record: R): string };
  /** Values that the run has of a field, for completion. */
  valuesOf(database: RunDatabase, field: FilterField): readonly string[];
  /** One record whole, by lines of at most `width` columns. */
  lines(record: R, database: RunDatabase, width: number): DetailLine[];
  /** What is copied of a record. */
  copied(record: R): string;
}

export interface Column<R> {
  /** Also the name of the order that goes by it, where there is one. */
  name: string;
  title: string;
  width: number;
  /** Numbers stand at the right. */
  right?: boolean;
  /** Where there is no room, the columns with the lowest go first. */
  rank: number;
  /** Shown only where it is chosen. */
  optional?: boolean;
  cell(record: R): Cell;
}

export interface Cell {
  text: string;
  /** Properties of Ink's Text. */
  style?: object;
}

/** A line of one record whole; with a link, it leads to another record. */
export interface DetailLine {
  element: ReactElement;
  link?: Link;
}

/** Lines that are not broken are cut at the panel's edge; no line is longer than this. */
export const UNWRAPPED = 4000;

/** One record on the screen that shows it. */
export interface Link {
  screen: "Tasks" | "Rollouts" | "Groups";
  id: number;
}

/** Lines that lead nowhere. */
export const plainLines = (elements: readonly ReactElement[]): DetailLine[] =>
  elements.map((element) => ({ element }));
