import { useContext } from "react";
import { Kept } from "../run-context.tsx";
import type { Link } from "./kind.ts";

/** Steps from one record to another that can be gone back; each says where it led. */
type Trail = readonly { from: Link; to: Link }[];

const TRAIL = "trail";
/** Whether the Rollouts screen shows groups. */
export const GROUPED = "Rollouts/grouped";
const openName = (screen: string) => `${screen}/open`;
const same = (a: Link, b: Link) => a.screen === b.screen && a.id === b.id;

/** Going from record to record, over screens, and back. */
export interface TrailWalk {
  follow(from: Link, to: Link): void;
  /** The record that the present one was come to from; null where it was opened from its list. */
  back(present: Link): Link | null;
}

export function useTrail(onGo: (screen: string) => void): TrailWalk {
  const kept = useContext(Kept);
  const trail = (kept.get(TRAIL) ?? []) as Trail;
  const show = ({ screen, id }: Link) => {
    kept.set(openName(screen), id);
    if (screen !== "Tasks") kept.set(GROUPED, screen === "Groups");
    onGo(screen);
  };
  return {
    follow(from, to) {
      kept.set(TRAIL, [...trail, { from, to }]);
      show(to);
    },
    back(present) {
      const last = trail.at(-1);
      // The user may have gone elsewhere by other keys: then this is where the trail ends.
      const from = last && same(last.to, present) ? last.from : null;
      kept.set(TRAIL, from ? trail.slice(0, -1) : []);
      if (from) show(from);
      return from;
    },
  };
}

/** Sets state of another screen, by its name, which that screen finds when it is shown. */
export function useKeep(): (name: string, value: unknown) => void {
  const kept = useContext(Kept);
  return (name, value) => void kept.set(name, value);
}
