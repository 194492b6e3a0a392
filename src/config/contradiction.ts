import type { Config } from "./schema.ts";

/** Settings that each field allows and that cannot go together, or would do or teach nothing beside each other. */
export interface Contradiction {
  holds(config: Config): boolean;
  /** What is wrong and why. */
  message: Text;
  mend: Text;
}

type Text = string | ((config: Config) => string);

/** A contradiction's message or mend for a config. */
export function words(text: Text, config: Config): string {
  return typeof text === "string" ? text : text(config);
}
