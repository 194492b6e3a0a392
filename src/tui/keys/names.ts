/** What Ink reports of a key press, as far as names need it. */
export interface PressedKey {
  upArrow: boolean;
  downArrow: boolean;
  leftArrow: boolean;
  rightArrow: boolean;
  pageUp: boolean;
  pageDown: boolean;
  home: boolean;
  end: boolean;
  return: boolean;
  escape: boolean;
  tab: boolean;
  shift: boolean;
  ctrl: boolean;
  backspace: boolean;
  delete: boolean;
}

/** Names of the keys in one report of Ink. Keys pressed quickly arrive together, such as `j<tab>`. */
export function keyNames(input: string, key: PressedKey): string[] {
  const named: readonly (readonly [boolean, string])[] = [
    [key.upArrow, "up"],
    [key.downArrow, "down"],
    [key.leftArrow, "left"],
    [key.rightArrow, "right"],
    [key.pageUp, "pageup"],
    [key.pageDown, "pagedown"],
    [key.home, "home"],
    [key.end, "end"],
    [key.tab, key.shift ? "shift+tab" : "tab"],
    [key.return, "return"],
    [key.escape, "escape"],
    [key.backspace, "backspace"],
    [key.delete, "delete"],
  ];
  const name = named.find(([pressed]) => pressed)?.[1];
  if (name) return [name];
  if (key.ctrl && input.length === 1) return [`ctrl+${input}`];
  return [...input].map((character) => CHARACTER_NAMES[character] ?? controlName(character) ?? character);
}

/** A control key held down arrives as several of its characters: `\x04\x04` is Ctrl-D twice. */
function controlName(character: string): string | undefined {
  const code = character.charCodeAt(0);
  return code >= 1 && code <= 26 ? `ctrl+${String.fromCharCode(code + 96)}` : undefined;
}

const CHARACTER_NAMES: Record<string, string> = {
  " ": "space",
  "\t": "tab",
  "\r": "return",
  "\n": "return",
  "\x1b": "escape",
  "\x7f": "backspace",
};
