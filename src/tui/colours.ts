/** The colours that the screens ask for by name; `gray` is that of borders. */
export const COLOUR_NAMES = ["red", "green", "yellow", "blue", "magenta", "cyan", "white", "gray"] as const;
export type ColourName = (typeof COLOUR_NAMES)[number];

/** What the colours are drawn on. */
export type Background = "dark" | "light";

/** How many colours the terminal has: none, the sixteen of its own palette, or the 256 of xterm's. */
export type ColourDepth = 0 | 16 | 256;

/** Numbers of the terminal's palette by name; null for the terminal's own colour of text, which is seen everywhere. */
export type Palette = Readonly<Record<ColourName, number | null>>;

/**
 * Sixteen colours are the user's own, and most palettes are made for a dark background: there the bright red, blue
 * and magenta stand for the dark ones. On a light background only those are taken that are dark in every common palette; marks
 * tell apart what then shares a colour. Of the 256, which are the same everywhere, those of the light background have a
 * contrast of 4.5 or more to white (WCAG 2.1, 1.4.3).
 */
const PALETTES: Record<Background, Record<Exclude<ColourDepth, 0>, Palette>> = {
  dark: {
    16: { red: 9, green: 2, yellow: 3, blue: 12, magenta: 13, cyan: 6, white: null, gray: 8 },
    256: { red: 203, green: 2, yellow: 3, blue: 75, magenta: 176, cyan: 6, white: null, gray: 243 },
  },
  light: {
    16: { red: 1, green: null, yellow: 5, blue: 4, magenta: 5, cyan: 4, white: null, gray: 8 },
    256: { red: 160, green: 28, yellow: 94, blue: 21, magenta: 127, cyan: 24, white: null, gray: 244 },
  },
};

const NONE: Palette = {
  red: null,
  green: null,
  yellow: null,
  blue: null,
  magenta: null,
  cyan: null,
  white: null,
  gray: null,
};

export const paletteOf = (background: Background, depth: ColourDepth): Palette =>
  depth === 0 ? NONE : PALETTES[background][depth];

/** The parameters of the control sequence that sets a colour of text (ECMA-48, 8.3.117; 256 as xterm has them). */
export function sgr(colour: number | null): string {
  if (colour === null) return "39";
  if (colour < 8) return `3${colour}`;
  return colour < 16 ? `9${colour - 8}` : `38;5;${colour}`;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says of the terminal's colours. NO_COLOR (https://no-color.org) leaves none. */
export function colourDepth(environment: Environment): ColourDepth {
  const { NO_COLOR, FORCE_COLOR, COLORTERM = "", TERM = "", TERM_PROGRAM = "" } = environment;
  if (NO_COLOR || TERM === "dumb" || FORCE_COLOR === "0" || FORCE_COLOR === "false") return 0;
  if (FORCE_COLOR === "1") return 16;
  if (FORCE_COLOR === "2" || FORCE_COLOR === "3") return 256;
  const many =
    /truecolor|24bit/.test(COLORTERM) ||
    /256|direct|kitty|alacritty|ghostty|wezterm|^foot/.test(TERM) ||
    /^(iTerm\.app|Apple_Terminal|vscode|WezTerm|ghostty)$/.test(TERM_PROGRAM);
  return many ? 256 : 16;
}

/** The background that COLORFGBG (rxvt, Konsole and others) tells as `text;background`; null where it says nothing. */
export function backgroundOf({ COLORFGBG = "" }: Environment): Background | null {
  const number = /;(\d{1,2})$/.exec(COLORFGBG)?.[1];
  if (number === undefined) return null;
  return [7, 9, 10, 11, 12, 13, 14, 15].includes(Number(number)) ? "light" : "dark";
}
