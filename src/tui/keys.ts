/**
 * The one table of keys: it drives dispatch, the footer, the help overlay and docs/reference/keys.md.
 * A key means one thing in a context; where several contexts are active, the innermost that binds it wins.
 */
export const CONTEXTS = [
  "global",
  "screens",
  "run",
  "home",
  "form",
  "value",
  "mishap",
  "compare",
  "start",
  "prompt",
  "charts",
  "chart",
  "list",
  "records",
  "filtered",
  "log",
  "scores",
  "evaluate",
  "flips",
  "detail",
  "failures",
  "grouped",
  "columns",
  "filter",
  "text",
  "palette",
  "help",
  "confirm",
] as const;
export type KeyContext = (typeof CONTEXTS)[number];

export interface KeyBinding {
  id: string;
  /** Names as `keyNames` gives them. */
  keys: readonly string[];
  when: KeyContext;
  help: string;
  /** Shown in the footer. */
  footer?: string;
}

export const KEYS = [
  { id: "help", keys: ["?"], when: "global", help: "show or hide the keys", footer: "help" },
  {
    id: "quit",
    keys: ["q", "ctrl+c"],
    when: "global",
    help: "leave; a live run can go on without the screen",
    footer: "quit",
  },
  {
    id: "suspend",
    keys: ["ctrl+z"],
    when: "global",
    help: "back to the shell, which brings the screen back by fg; a live run goes on",
  },
  {
    id: "palette",
    keys: [":"],
    when: "screens",
    help: "a command by its name, with completion: set KEY VALUE, goto N, drive and every key",
    footer: "command",
  },
  { id: "next-screen", keys: ["tab", "right"], when: "screens", help: "next screen" },
  { id: "previous-screen", keys: ["shift+tab", "left"], when: "screens", help: "previous screen" },
  { id: "screen-1", keys: ["1"], when: "screens", help: "Dashboard" },
  { id: "screen-2", keys: ["2"], when: "screens", help: "Tasks" },
  { id: "screen-3", keys: ["3"], when: "screens", help: "Rollouts" },
  { id: "screen-4", keys: ["4"], when: "screens", help: "Eval" },
  { id: "screen-5", keys: ["5"], when: "screens", help: "Log" },
  { id: "screen-6", keys: ["6"], when: "screens", help: "System" },
  {
    id: "home",
    keys: ["h"],
    when: "screens",
    help: "home: runs, presets and models; a live run goes on",
  },
  { id: "pause", keys: ["space"], when: "run", help: "pause or resume", footer: "pause" },
  { id: "step", keys: ["s"], when: "run", help: "run one step, then pause", footer: "step" },
  { id: "checkpoint", keys: ["c"], when: "run", help: "write a checkpoint now", footer: "checkpoint" },
  {
    id: "evaluate",
    keys: ["e"],
    when: "run",
    help: "evaluate now: when the step ends, or at once when the run is paused",
    footer: "evaluate",
  },
  { id: "stop", keys: ["x"], when: "run", help: "stop the run; asks first", footer: "stop" },
  {
    id: "home-open",
    keys: ["return"],
    when: "home",
    help: "open the run, or the form of a new one with the preset or the model",
    footer: "open",
  },
  { id: "new-run", keys: ["n"], when: "home", help: "the form of a new run", footer: "new" },
  { id: "start-now", keys: ["s"], when: "home", help: "start a run with the selected preset at once" },
  {
    id: "resume",
    keys: ["r"],
    when: "home",
    help: "go on with the selected run; asks how far where it is finished",
    footer: "resume",
  },
  {
    id: "mark",
    keys: ["space"],
    when: "home",
    help: "mark the run to compare it, or unmark it",
    footer: "mark",
  },
  {
    id: "compare",
    keys: ["c"],
    when: "home",
    help: "compare the marked runs, two to four",
    footer: "compare",
  },
  {
    id: "delete",
    keys: ["d"],
    when: "home",
    help: "delete the selected run; asks first",
    footer: "delete",
  },
  { id: "next-list", keys: ["tab", "right"], when: "home", help: "next list: runs, presets, models" },
  { id: "previous-list", keys: ["shift+tab", "left"], when: "home", help: "previous list" },
  { id: "find", keys: ["/"], when: "home", help: "show only names that contain a text", footer: "find" },
  { id: "drop", keys: ["escape"], when: "home", help: "drop the text, then the marks" },
  {
    id: "edit",
    keys: ["return"],
    when: "form",
    help: "type the setting's value, or take the next one of a few",
    footer: "edit",
  },
  { id: "next-value", keys: ["right", "space"], when: "form", help: "next value of a few" },
  { id: "previous-value", keys: ["left"], when: "form", help: "previous value of a few" },
  {
    id: "unset",
    keys: ["u"],
    when: "form",
    help: "back to the preset's value, or the default",
    footer: "undo",
  },
  { id: "search", keys: ["/"], when: "form", help: "search a setting by name and help", footer: "search" },
  { id: "changed", keys: ["c"], when: "form", help: "show only what was changed, or all" },
  { id: "wrong", keys: ["n"], when: "form", help: "to the next setting that is wrong" },
  { id: "next-section", keys: ["tab"], when: "form", help: "next section" },
  { id: "previous-section", keys: ["shift+tab"], when: "form", help: "previous section" },
  { id: "yaml", keys: ["e"], when: "form", help: "all of it as YAML in $EDITOR", footer: "YAML" },
  { id: "launch", keys: ["s"], when: "form", help: "start the run", footer: "start" },
  {
    id: "form-back",
    keys: ["escape", "backspace"],
    when: "form",
    help: "drop the search, then back; asks where something was changed",
    footer: "back",
  },
  { id: "take", keys: ["return"], when: "value", help: "take what is typed", footer: "take" },
  { id: "drop-value", keys: ["escape"], when: "value", help: "back, nothing changes", footer: "back" },
  { id: "edit-again", keys: ["e", "return"], when: "mishap", help: "edit it again", footer: "edit" },
  { id: "discard", keys: ["escape", "q"], when: "mishap", help: "drop what was written", footer: "drop" },
  {
    id: "other-table",
    keys: ["tab", "shift+tab"],
    when: "compare",
    help: "figures, or settings that differ",
    footer: "table",
  },
  { id: "compare-smooth", keys: ["m"], when: "compare", help: "smoothing: none, or stronger and stronger" },
  { id: "compare-log", keys: ["l"], when: "compare", help: "logarithmic axis, or linear" },
  {
    id: "find-figure",
    keys: ["/"],
    when: "compare",
    help: "show only names that contain a text",
    footer: "find",
  },
  {
    id: "compare-back",
    keys: ["escape", "backspace"],
    when: "compare",
    help: "drop the text, then back",
    footer: "back",
  },
  { id: "start-back", keys: ["escape", "backspace"], when: "start", help: "back, once it has failed" },
  { id: "answer", keys: ["return"], when: "prompt", help: "take the answer", footer: "ok" },
  { id: "dismiss", keys: ["escape"], when: "prompt", help: "back, nothing changes", footer: "back" },
  { id: "next-chart", keys: ["]"], when: "charts", help: "next chart", footer: "next chart" },
  { id: "previous-chart", keys: ["["], when: "charts", help: "previous chart" },
  {
    id: "full-chart",
    keys: ["f", "return"],
    when: "charts",
    help: "the selected chart over the whole screen",
    footer: "full",
  },
  {
    id: "smooth",
    keys: ["m"],
    when: "charts",
    help: "smoothing: none, or stronger and stronger",
    footer: "smooth",
  },
  { id: "log-axis", keys: ["l"], when: "charts", help: "logarithmic axis for the selected chart, or linear" },
  { id: "zoom-in", keys: ["+", "=", "wheelup"], when: "charts", help: "half as many steps" },
  { id: "zoom-out", keys: ["-", "wheeldown"], when: "charts", help: "twice as many steps" },
  { id: "all-steps", keys: ["0"], when: "charts", help: "all steps" },
  { id: "pan-back", keys: ["<"], when: "charts", help: "earlier steps" },
  { id: "pan-forth", keys: [">"], when: "charts", help: "later steps" },
  { id: "crosshair-back", keys: [","], when: "charts", help: "crosshair with values: one step back" },
  { id: "crosshair-forth", keys: ["."], when: "charts", help: "crosshair: one step forth" },
  { id: "drop-crosshair", keys: ["escape"], when: "charts", help: "no crosshair" },
  { id: "point-back", keys: ["left"], when: "chart", help: "crosshair: one step back", footer: "crosshair" },
  { id: "point-forth", keys: ["right"], when: "chart", help: "crosshair: one step forth" },
  {
    id: "point-far-back",
    keys: ["pageup", "ctrl+u"],
    when: "chart",
    help: "crosshair: a tenth of the steps back",
  },
  {
    id: "point-far-forth",
    keys: ["pagedown", "ctrl+d"],
    when: "chart",
    help: "crosshair: a tenth of the steps forth",
  },
  { id: "line-up", keys: ["up", "k"], when: "chart", help: "select the series before" },
  { id: "line-down", keys: ["down", "j"], when: "chart", help: "select the series after" },
  { id: "show-line", keys: ["v"], when: "chart", help: "show or hide the selected series", footer: "series" },
  {
    id: "leave-chart",
    keys: ["escape", "backspace", "f"],
    when: "chart",
    help: "drop the crosshair, else back to all charts",
    footer: "back",
  },
  { id: "up", keys: ["up", "k", "wheelup"], when: "list", help: "one row up" },
  { id: "down", keys: ["down", "j", "wheeldown"], when: "list", help: "one row down" },
  { id: "page-up", keys: ["pageup", "ctrl+u"], when: "list", help: "one page up" },
  { id: "page-down", keys: ["pagedown", "ctrl+d"], when: "list", help: "one page down" },
  { id: "first", keys: ["g", "home"], when: "list", help: "first row" },
  { id: "last", keys: ["G", "end"], when: "list", help: "last row" },
  { id: "open", keys: ["return"], when: "records", help: "show the selected row whole", footer: "open" },
  {
    id: "filter",
    keys: ["/"],
    when: "filtered",
    help: "show only rows with these words and fields, such as type:abduction solve<0.5 -not",
    footer: "filter",
  },
  { id: "clear", keys: ["escape"], when: "filtered", help: "drop the filter, then the type or level" },
  { id: "order", keys: ["o"], when: "records", help: "order the list by the next column", footer: "order" },
  { id: "direction", keys: ["O"], when: "records", help: "the other way round" },
  { id: "columns", keys: ["v"], when: "records", help: "choose the columns" },
  { id: "kind", keys: ["t"], when: "records", help: "next task type, or all", footer: "type" },
  {
    id: "open-flips",
    keys: ["return"],
    when: "scores",
    help: "the problems of the step's evaluation: gained, lost, each with its code",
    footer: "problems",
  },
  { id: "next-benchmark", keys: ["t"], when: "scores", help: "next benchmark", footer: "benchmark" },
  {
    id: "next-score",
    keys: ["p"],
    when: "scores",
    help: "next score: pass@1, pass@k, groups",
    footer: "score",
  },
  {
    id: "baseline",
    keys: ["b"],
    when: "scores",
    help: "set the others beside this step, or beside the first again",
    footer: "baseline",
  },
  {
    id: "evaluate-checkpoint",
    keys: ["e"],
    when: "evaluate",
    help: "evaluate the step's checkpoint on the benchmark, or stop the evaluation at work",
    footer: "evaluate",
  },
  {
    id: "open-problem",
    keys: ["return"],
    when: "flips",
    help: "the problem with its samples",
    footer: "open",
  },
  {
    id: "which-problems",
    keys: ["t"],
    when: "flips",
    help: "flipped problems, gained, lost, failed by both, all",
    footer: "which",
  },
  {
    id: "leave-flips",
    keys: ["escape", "backspace"],
    when: "flips",
    help: "back to the scores",
    footer: "back",
  },
  { id: "level", keys: ["t"], when: "log", help: "least level that is shown", footer: "level" },
  {
    id: "log-step",
    keys: ["return"],
    when: "log",
    help: "the rollouts of the line's step",
    footer: "rollouts",
  },
  { id: "log-wrap", keys: ["w"], when: "log", help: "break long lines, or cut them" },
  { id: "next-failure", keys: ["n"], when: "failures", help: "next failure", footer: "failure" },
  { id: "previous-failure", keys: ["N"], when: "failures", help: "the failure before" },
  {
    id: "groups",
    keys: ["u"],
    when: "grouped",
    help: "the groups in place of single rollouts, and back",
    footer: "groups",
  },
  {
    id: "toggle",
    keys: ["space", "return"],
    when: "columns",
    help: "show or hide the column",
    footer: "show",
  },
  { id: "close-columns", keys: ["escape", "v", "q"], when: "columns", help: "close", footer: "close" },
  {
    id: "copy-row",
    keys: ["y"],
    when: "records",
    help: "copy the selected row's program or response, by the terminal (OSC 52)",
  },
  {
    id: "copy",
    keys: ["y"],
    when: "detail",
    help: "copy the program or the response, by the terminal (OSC 52)",
    footer: "copy",
  },
  { id: "back", keys: ["escape", "backspace"], when: "detail", help: "back to the list", footer: "back" },
  { id: "scroll-up", keys: ["up", "k", "wheelup"], when: "detail", help: "one line up" },
  { id: "scroll-down", keys: ["down", "j", "wheeldown"], when: "detail", help: "one line down" },
  { id: "scroll-page-up", keys: ["pageup", "ctrl+u"], when: "detail", help: "one page up" },
  { id: "scroll-page-down", keys: ["pagedown", "ctrl+d"], when: "detail", help: "one page down" },
  { id: "scroll-first", keys: ["g", "home"], when: "detail", help: "first line" },
  { id: "scroll-last", keys: ["G", "end"], when: "detail", help: "last line" },
  { id: "next-row", keys: ["]"], when: "detail", help: "the row after", footer: "next" },
  { id: "previous-row", keys: ["["], when: "detail", help: "the row before" },
  {
    id: "next-link",
    keys: ["l"],
    when: "detail",
    help: "next link to another task or rollout",
    footer: "link",
  },
  { id: "previous-link", keys: ["L"], when: "detail", help: "the link before" },
  { id: "follow", keys: ["return"], when: "detail", help: "go where the link leads; escape comes back" },
  { id: "wrap", keys: ["w"], when: "detail", help: "break long lines, or cut them" },
  { id: "apply", keys: ["return"], when: "filter", help: "apply the filter", footer: "apply" },
  {
    id: "complete",
    keys: ["tab"],
    when: "filter",
    help: "complete the field or its value",
    footer: "complete",
  },
  { id: "cancel", keys: ["escape"], when: "filter", help: "drop the filter", footer: "drop" },
  { id: "run-command", keys: ["return"], when: "palette", help: "do it", footer: "do" },
  { id: "complete-command", keys: ["tab"], when: "palette", help: "the next completion", footer: "complete" },
  { id: "complete-back", keys: ["shift+tab"], when: "palette", help: "the completion before" },
  {
    id: "older-command",
    keys: ["up", "ctrl+p"],
    when: "palette",
    help: "the command before in the history",
    footer: "history",
  },
  {
    id: "newer-command",
    keys: ["down", "ctrl+n"],
    when: "palette",
    help: "the command after in the history",
  },
  {
    id: "close-palette",
    keys: ["escape", "ctrl+c"],
    when: "palette",
    help: "back, nothing is done",
    footer: "back",
  },
  { id: "text-left", keys: ["left", "ctrl+b"], when: "text", help: "one character to the left" },
  { id: "text-right", keys: ["right", "ctrl+f"], when: "text", help: "one character to the right" },
  { id: "text-start", keys: ["home", "ctrl+a"], when: "text", help: "to the start" },
  { id: "text-end", keys: ["end", "ctrl+e"], when: "text", help: "to the end" },
  { id: "text-erase", keys: ["backspace"], when: "text", help: "erase the character before the cursor" },
  {
    id: "text-delete",
    keys: ["delete", "ctrl+d"],
    when: "text",
    help: "erase the character under the cursor",
  },
  { id: "text-erase-word", keys: ["ctrl+w"], when: "text", help: "erase the word before the cursor" },
  { id: "text-erase-start", keys: ["ctrl+u"], when: "text", help: "erase up to the start" },
  { id: "text-erase-end", keys: ["ctrl+k"], when: "text", help: "erase up to the end" },
  { id: "close", keys: ["escape", "?", "q"], when: "help", help: "close the help", footer: "close" },
  { id: "yes", keys: ["y", "return"], when: "confirm", help: "the first answer" },
  { id: "alternative", keys: ["s"], when: "confirm", help: "the second answer, where there is one" },
  { id: "no", keys: ["n", "escape", "q"], when: "confirm", help: "back, nothing changes" },
  { id: "leave", keys: ["ctrl+c"], when: "confirm", help: "leave at once; a live run goes on" },
] as const satisfies readonly KeyBinding[];

export type KeyId = (typeof KEYS)[number]["id"];

/** The action of a key in the first of the contexts that binds it. */
export function actionOf(key: string, contexts: readonly KeyContext[]): KeyId | undefined {
  for (const context of contexts) {
    const binding = KEYS.find(
      (candidate) => candidate.when === context && (candidate.keys as readonly string[]).includes(key),
    );
    if (binding) return binding.id;
  }
  return undefined;
}

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

/** docs/reference/keys.md. */
export function keysReference(): string {
  const titles: Record<KeyContext, string> = {
    global: "Everywhere",
    screens: "In a run",
    run: "While the engine is at work",
    home: "At home",
    form: "In the form of a new run",
    value: "While typing a value",
    mishap: "Where edited YAML is wrong",
    compare: "Where runs are compared",
    start: "While a run is set up",
    prompt: "In a question that is answered by typing",
    charts: "On the Dashboard",
    chart: "In a full chart",
    list: "In a list",
    records: "In the lists of tasks and rollouts",
    filtered: "In the lists of tasks and rollouts, and in the log",
    log: "In the log",
    scores: "On Eval",
    evaluate: "On Eval, without an engine at work",
    flips: "Among the problems of an evaluation",
    detail: "In one task or rollout, and in the help",
    failures: "Among rollouts",
    grouped: "In the list of rollouts",
    columns: "While choosing columns",
    filter: "While typing a filter",
    text: "Where text is typed",
    palette: "While a command is typed",
    help: "In the help",
    confirm: "In a question",
  };
  const mouse =
    "Where the terminal has a mouse, a click selects a tab or a row and the wheel (`wheelup`, `wheeldown`) scrolls;\n`--no-mouse` leaves the mouse to the terminal.\n";
  const sections = CONTEXTS.map((context) => {
    const rows = KEYS.filter((binding) => binding.when === context).map(
      (binding) => `| ${binding.keys.map((key) => `\`${key}\``).join(" ")} | ${binding.help} |`,
    );
    return `## ${titles[context]}\n\n| key | what it does |\n| --- | --- |\n${rows.join("\n")}\n`;
  });
  return `# Keys\n\n${mouse}\n${sections.join("\n")}`;
}
