/** A run's screens but the first that is shown. */
export { Eval } from "./eval/eval.tsx";
export { Log } from "./log.tsx";
export { Rollouts } from "./rollouts.tsx";
export { System } from "./system/system.tsx";
export { Tasks } from "./tasks.tsx";
