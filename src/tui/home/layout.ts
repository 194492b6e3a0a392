/** The lists at home, in the order of tab. */
export const LISTS = ["runs", "presets", "models"] as const;
export type ListName = (typeof LISTS)[number];

export interface Area {
  width: number;
  height: number;
}

/** From this width on all three lists are seen; below it the one that has the keys. */
const ALL_FROM = 110;

/** Where the lists go; null where one is not seen. */
export function homeLayout(width: number, height: number, list: ListName): Record<ListName, Area | null> {
  if (width < ALL_FROM) {
    const area = { width, height };
    return {
      runs: list === "runs" ? area : null,
      presets: list === "presets" ? area : null,
      models: list === "models" ? area : null,
    };
  }
  const side = Math.min(76, Math.max(46, Math.floor(width * 0.38)));
  const upper = Math.ceil(height / 2);
  return {
    runs: { width: width - side, height },
    presets: { width: side, height: upper },
    models: { width: side, height: height - upper },
  };
}
