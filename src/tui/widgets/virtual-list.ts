import type { KeyId } from "../keys/table.ts";
import { useKept } from "../run-context.tsx";

export interface VirtualList {
  selected: number;
  /** Index of the first visible row. */
  top: number;
  /** Moves by an action of the key table; false when the action is none of the list's. */
  move(action: KeyId | undefined): boolean;
  select(index: number): void;
  /** Selects a row and shows it first. */
  selectFirst(index: number): void;
}

type RowId = number | string;

/**
 * Where a list was left: the row's number in it, and its id, which tells the row where others have come before it; null
 * of the row at the end that grows.
 */
interface Position {
  selected: number;
  top: number;
  id: RowId | null;
}

/**
 * Selection and window of a list of rows, by their ids, of which `height` are visible; what a row holds is fetched by
 * the page. The position is kept under the list's name. The selection stays with its row, but at the end where new rows
 * come: who is there sees them.
 */
export function useVirtualList(
  name: string,
  ids: readonly RowId[],
  height: number,
  grows: "first" | "last" = "first",
): VirtualList {
  const [state, setState] = useKept<Position>(`${name}/position`, { selected: 0, top: 0, id: null });
  const total = ids.length;
  const clamp = (index: number) => Math.max(0, Math.min(total - 1, index));
  const edge = grows === "first" ? 0 : total - 1;
  const selected = clamp(state.id === null ? edge : movedTo(state, ids, edge));
  const top = windowTop(state.top + selected - state.selected, selected, total, height);
  const select = (index: number) => {
    const next = clamp(index);
    const id = next === edge ? null : (ids[next] ?? null);
    setState({ selected: next, top: windowTop(top, next, total, height), id });
  };
  const selectFirst = (index: number) => {
    const next = clamp(index);
    const id = next === edge ? null : (ids[next] ?? null);
    setState({ selected: next, top: Math.max(0, Math.min(next, total - height)), id });
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
    selectFirst,
    move(action) {
      const target = action === undefined ? undefined : targets[action];
      if (target === undefined) return false;
      select(target);
      return true;
    },
  };
}

/** Where the selected row is now; the end that grows where it is not in the list. */
function movedTo({ selected, id }: Position, ids: readonly RowId[], edge: number): number {
  if (id === null || ids[selected] === id) return selected;
  const found = ids.indexOf(id);
  return found < 0 ? edge : found;
}

/** The window's first row, moved as little as shows the selected one. */
export function windowTop(top: number, selected: number, total: number, height: number): number {
  const lowest = Math.max(0, selected - height + 1);
  return Math.max(0, Math.min(Math.max(top, lowest), selected, Math.max(0, total - height)));
}
