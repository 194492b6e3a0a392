export { EVENT_LANGUAGE, EVENT_LEVELS, EVENT_LISTING } from "./events.ts";
export { GROUP_LANGUAGE, GROUP_LISTING, type RolloutGroup } from "./groups.ts";
export { type Listing, type Order, Search } from "./listing.ts";
export { firstFailure, ROLLOUT_LANGUAGE, ROLLOUT_LISTING } from "./rollouts.ts";
export { TASK_LANGUAGE, TASK_LISTING } from "./tasks.ts";
