import { expect, test } from "bun:test";
import {
  backgroundOf,
  COLOUR_NAMES,
  type ColourDepth,
  colourDepth,
  paletteOf,
  sgr,
} from "../../src/tui/colours.ts";

type Rgb = readonly [red: number, green: number, blue: number];

/** xterm's colours: the sixteen of its resources, a cube of six and a ramp of greys. */
function rgbOf(number: number): Rgb {
  const sixteen: readonly Rgb[] = [
    ...([
      [0, 0, 0],
      [205, 0, 0],
      [0, 205, 0],
      [205, 205, 0],
      [0, 0, 238],
      [205, 0, 205],
    ] as const),
    ...([
      [0, 205, 205],
      [229, 229, 229],
      [127, 127, 127],
      [255, 0, 0],
      [0, 255, 0],
    ] as const),
    ...([
      [255, 255, 0],
      [92, 92, 255],
      [255, 0, 255],
      [0, 255, 255],
      [255, 255, 255],
    ] as const),
  ];
  if (number < 16) return sixteen[number] as Rgb;
  if (number >= 232) return [8 + 10 * (number - 232), 8 + 10 * (number - 232), 8 + 10 * (number - 232)];
  const part = (share: number) => (share === 0 ? 0 : 55 + 40 * share);
  const cube = number - 16;
  return [part(Math.floor(cube / 36)), part(Math.floor(cube / 6) % 6), part(cube % 6)];
}

/** Contrast of two colours, 1 to 21 (WCAG 2.1, relative luminance). */
function contrast(one: Rgb, other: Rgb): number {
  const luminance = ([red, green, blue]: Rgb) => {
    const [r, g, b] = [red, green, blue].map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    ) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

test.each([
  [
    "light",
    256,
    [
      [255, 255, 255],
      [253, 246, 227],
    ],
    4.3,
  ],
  ["light", 16, [[255, 255, 255]], 4.4],
  [
    "dark",
    256,
    [
      [0, 0, 0],
      [30, 30, 30],
      [40, 44, 52],
    ],
    3.5,
  ],
  ["dark", 16, [[0, 0, 0]], 4.3],
] as const)(
  "every colour of the %s theme with %i colours is read on its background",
  (background, depth, papers, least) => {
    const palette = paletteOf(background, depth);
    for (const name of COLOUR_NAMES) {
      const number = palette[name];
      // Borders need not be read.
      if (number === null || name === "gray") continue;
      for (const paper of papers)
        expect([name, contrast(rgbOf(number), paper) >= least]).toEqual([name, true]);
    }
  },
);

test("a terminal's colours are told from its environment", () => {
  const depths: [Record<string, string>, ColourDepth][] = [
    [{ TERM: "xterm" }, 16],
    [{ TERM: "linux" }, 16],
    [{ TERM: "xterm-256color" }, 256],
    [{ TERM: "xterm", COLORTERM: "truecolor" }, 256],
    [{ TERM: "xterm-kitty" }, 256],
    [{ TERM: "xterm-256color", NO_COLOR: "1" }, 0],
    [{ TERM: "xterm-256color", NO_COLOR: "" }, 256],
    [{ TERM: "dumb" }, 0],
    [{ TERM: "xterm-256color", FORCE_COLOR: "1" }, 16],
    [{}, 16],
  ];
  for (const [environment, depth] of depths)
    expect([environment, colourDepth(environment)]).toEqual([environment, depth]);
  expect(paletteOf("dark", 0).red).toBeNull();
});

test("COLORFGBG tells a background, or nothing", () => {
  expect(backgroundOf({ COLORFGBG: "0;15" })).toBe("light");
  expect(backgroundOf({ COLORFGBG: "12;default;7" })).toBe("light");
  expect(backgroundOf({ COLORFGBG: "15;0" })).toBe("dark");
  expect(backgroundOf({ COLORFGBG: "7;8" })).toBe("dark");
  for (const COLORFGBG of ["", "default;default", "x"]) expect(backgroundOf({ COLORFGBG })).toBeNull();
});

test("control sequences of the sixteen colours, of the others and of the terminal's own", () => {
  expect([1, 8, 12, 94, null].map(sgr)).toEqual(["31", "90", "94", "38;5;94", "39"]);
});
