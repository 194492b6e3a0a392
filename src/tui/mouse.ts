import { type DOMElement, measureElement } from "ink";
import type { RefObject } from "react";
import { useKeys } from "./key-router.tsx";
import { clickOf, pointOf } from "./mouse-report.ts";

/**
 * Calls `onClick` with the cell inside the element that was clicked on, counted from its corner; before the screen that
 * the element is part of is asked, which may take every key. False leaves the click to what else lies there.
 */
export function useClick(
  element: RefObject<DOMElement | null>,
  onClick: (column: number, row: number) => unknown,
): void {
  useKeys(2, (key) => {
    const cell = within(element.current, clickOf(key));
    return cell !== null && onClick(cell.column, cell.row) !== false;
  });
}

/** Calls `onWheel` where the wheel is turned over the element, before the keys that it stands for. */
export function useWheel(element: RefObject<DOMElement | null>, onWheel: () => void): void {
  useKeys(2, (key) => {
    const over = within(element.current, pointOf(key)) !== null;
    if (over) onWheel();
    return over;
  });
}

function within(element: DOMElement | null, cell: ReturnType<typeof clickOf>) {
  if (!cell || !element) return null;
  // On the alternate screen the layout begins in the terminal's corner.
  const { x, y, width, height } = measureElement(element);
  const [column, row] = [cell.column - x, cell.row - y];
  return column < 0 || row < 0 || column >= width || row >= height ? null : { column, row };
}
