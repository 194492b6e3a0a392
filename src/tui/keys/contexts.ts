/** Where keys hold -> its title in the reference, in the reference's order. */
export const CONTEXT_TITLES = {
  global: "Everywhere",
  screens: "In a run",
  run: "While the engine is at work",
  replay: "In a replay",
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
  rows: "In every list but the lines of System",
  records: "In the lists of tasks and rollouts",
  filtered: "In the lists of tasks and rollouts, and in the log",
  log: "In the log",
  scores: "On Eval",
  evaluate: "On Eval, without an engine at work",
  flips: "Among the problems of an evaluation",
  links: "In one task or rollout",
  detail: "In one task, rollout or problem, and in the help",
  failures: "Among rollouts",
  grouped: "In the list of rollouts",
  columns: "While choosing columns",
  filter: "While typing a filter",
  find: "While typing a text that narrows a list",
  text: "Where text is typed",
  palette: "While a command is typed",
  help: "In the help",
  confirm: "In a question",
} as const satisfies Record<string, string>;

export type KeyContext = keyof typeof CONTEXT_TITLES;

export const CONTEXTS = Object.keys(CONTEXT_TITLES) as readonly KeyContext[];
