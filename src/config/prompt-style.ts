/** How tasks are put to a model. `full` is AZR's prompt; the others are told where they are written (selfplay/prompts). */
export const PROMPT_STYLE_NAMES = ["full", "compact", "tagged"] as const;
export type PromptStyleName = (typeof PROMPT_STYLE_NAMES)[number];
