import { type DOMElement, measureElement } from "ink";
import type { RefObject } from "react";
import { type KeyPriority, useKeys } from "./key-router.tsx";
import { clickOf } from "./mouse-report.ts";

/** Calls `onClick` with the cell inside the element that was clicked on, counted from its corner. */
export function useClick(
  element: RefObject<DOMElement | null>,
  onClick: (column: number, row: number) => void,
  priority: KeyPriority = 1,
): void {
  useKeys(priority, (key) => {
    const cell = clickOf(key);
    if (!cell || !element.current) return false;
    // On the alternate screen the layout begins in the terminal's corner.
    const { x, y, width, height } = measureElement(element.current);
    const [column, row] = [cell.column - x, cell.row - y];
    if (column < 0 || row < 0 || column >= width || row >= height) return false;
    onClick(column, row);
    return true;
  });
}
