import { ConfigError } from "../errors/index.ts";

export const THEMES = ["auto", "dark", "light", "plain"] as const;
/** Colours of the screens: by the terminal's background, for a dark or a light one, or none. */
export type Theme = (typeof THEMES)[number];

/** The theme of a name. Raises ConfigError where there is no such theme. */
export function themeOf(name: string): Theme {
  const theme = THEMES.find((one) => one === name);
  if (theme) return theme;
  throw new ConfigError(`There is no theme "${name}".`, {
    mend: `--theme and AZR_THEME take one of ${THEMES.join(", ")}.`,
  });
}
