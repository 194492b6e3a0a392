import { createContext, useContext } from "react";
import type { LaunchOptions } from "../engine/client.ts";
import type { AzrError } from "../errors/index.ts";
import type { RunPlan } from "./services.ts";
import type { Departure as RunDeparture } from "./widgets/overlay.tsx";

/** How the user left; `cancelled` while a run was set up. */
export type Departure = RunDeparture | "cancelled";

/** Where the user can be. */
export type Place =
  | { kind: "home" }
  /** The form of a new run, from a preset and a model where they are named, with a first word to the user. */
  | { kind: "form"; preset?: string | null; model?: string; note?: string }
  /** Two to four runs over each other, by their directories. */
  | { kind: "compare"; runs: readonly string[] }
  /** What a run needs is set up, and its screens follow. */
  | { kind: "start"; plan: RunPlan }
  | {
      kind: "run";
      runDirectory: string;
      launch?: LaunchOptions;
      /** What other viewers know this one by; user, host and process when absent. */
      viewer?: string | undefined;
    }
  /** A recording, played `speed` times as fast. */
  | { kind: "replay"; file: string; speed?: number };

export interface Navigation {
  /** Shows a place over the present one, which is come back to; where it cannot be opened, says why. */
  go(place: Place, refused?: (error: AzrError) => void): void;
  /** Shows a place instead of the present one. */
  replace(place: Place): void;
  /** To the place before; false where this was the first. */
  back(): boolean;
  home(): void;
  /** Whether there is no place to go back to. */
  isFirst(): boolean;
  /** Ends the program's screens; `atWork` are directories of runs that go on without them. */
  leave(departure: Departure, atWork?: readonly string[]): void;
  /** Leaves with an error, which is told once the terminal is given back. */
  fail(error: Error): void;
}

const Context = createContext<Navigation | null>(null);
export const NavigationProvider = Context.Provider;

/** Null where a place stands alone, as a run's screens do in a test. */
export function useNavigation(): Navigation | null {
  return useContext(Context);
}
