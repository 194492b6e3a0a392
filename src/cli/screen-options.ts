import { themeOf } from "../interfaces/theme.ts";

/** Sets the colours of the screens. Raises ConfigError for a theme that there is not. */
export function chooseTheme(name: string): void {
  process.env.AZR_THEME = themeOf(name);
}

/** Leaves the mouse to the terminal. */
export function leaveMouse(): void {
  process.env.AZR_NO_MOUSE = "1";
}

/** Takes `--no-mouse` and `--theme` where there is nothing else, as home needs no command's code; else false. */
export function takeScreenOptions(argv: readonly string[]): boolean {
  const rest = [...argv];
  const taken: (() => void)[] = [];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const theme = word === "--theme" ? rest.shift() : /^--theme=(.*)$/.exec(word)?.[1];
    if (word === "--no-mouse") taken.push(leaveMouse);
    else if (theme !== undefined) taken.push(() => chooseTheme(theme));
    else return false;
  }
  for (const take of taken) take();
  return true;
}
