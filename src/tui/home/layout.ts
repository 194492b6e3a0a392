/** The lists at home, in the order of tab. */
export const LISTS = ["runs", "presets", "models"] as const;
export type ListName = (typeof LISTS)[number];

export interface Area {
  width: number;
  height: number;
}

/** From this width on all three lists are seen; below it the one that has the keys. */
const ALL_FROM = 110;

/** Most rows of models that are given to them before the presets have the rest, and rows for words on the chosen one. */
const MOST_MODELS = 8;
const WORDS = 2;

/** Where the lists go; null where one is not seen. Of the two on the right, the models take what they need. */
export function homeLayout(
  width: number,
  height: number,
  list: ListName,
  entries: { models: number },
): Record<ListName, Area | null> {
  if (width < ALL_FROM) {
    const area = { width, height };
    return {
      runs: list === "runs" ? area : null,
      presets: list === "presets" ? area : null,
      models: list === "models" ? area : null,
    };
  }
  const side = Math.min(76, Math.max(46, Math.floor(width * 0.38)));
  const models = Math.min(
    Math.max(3, entries.models) + WORDS,
    MOST_MODELS + WORDS,
    Math.floor(height / 2) - 2,
  );
  const upper = height - models - 2;
  return {
    runs: { width: width - side, height },
    presets: { width: side, height: upper },
    models: { width: side, height: height - upper },
  };
}
