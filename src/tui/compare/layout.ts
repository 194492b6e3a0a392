import type { Area } from "../home/layout.ts";

export interface CompareLayout {
  chart: Area;
  /** Null where only the other table is seen. */
  figures: Area | null;
  settings: Area | null;
}

/** From this width on both tables are seen. */
const BOTH_FROM = 130;

/** The chart over the tables, which are beside each other where there is room for two. */
export function compareLayout(width: number, height: number, list: "figures" | "settings"): CompareLayout {
  const chart = { width, height: Math.max(6, Math.floor(height * 0.5)) };
  const rest = height - chart.height;
  if (width < BOTH_FROM) {
    const area = { width, height: rest };
    return {
      chart,
      figures: list === "figures" ? area : null,
      settings: list === "settings" ? area : null,
    };
  }
  const left = Math.floor(width / 2);
  return {
    chart,
    figures: { width: left, height: rest },
    settings: { width: width - left, height: rest },
  };
}
