import type { KeyId } from "../keys.ts";
import { useKept } from "../run-context.tsx";

export interface VirtualList {
  selected: number;
  /** Index of the first visible row. */
  top: number;
  /** Moves by an action of the key table; false when the action is none of the list's. */
  move(action: KeyId | undefined): boolean;
  select(index: number): void;
}

/**
 * Selection and window of a list of `total` rows of which `height` are visible; rows are fetched by the page.
 * The position is kept under the list's name.
 */
export function useVirtualList(name: string, total: number, height: number): VirtualList {
  const [state, setState] = useKept(`${name}/position`, { selected: 0, top: 0 });
  const clamp = (index: number) => Math.max(0, Math.min(total - 1, index));
  const selected = clamp(state.selected);
  const top = windowTop(state.top, selected, total, height);
  const select = (index: number) => {
    const next = clamp(index);
    setState({ selected: next, top: windowTop(top, next, total, height) });
  };
  const targets: Partial<Record<KeyId, number>> = {
    up: selected - 1,
    down: selected + 1,
    "page-up": selected - height,
    "page-down": selected + height,
    first: 0,
    last: total - 1,
  };
  return {
    selected,
    top,
    select,
    move(action) {
      const target = action === undefined ? undefined : targets[action];
      if (target === undefined) return false;
      select(target);
      return true;
    },
  };
}

/** The window's first row, moved as little as shows the selected one. */
export function windowTop(top: number, selected: number, total: number, height: number): number {
  const lowest = Math.max(0, selected - height + 1);
  return Math.max(0, Math.min(Math.max(top, lowest), selected, Math.max(0, total - height)));
}
