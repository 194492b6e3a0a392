import { remarks } from "../config/combinations.ts";
import type { Config } from "../config/schema.ts";
import { say, style } from "./terminal.ts";

/** Says on stderr what in a configuration may be a slip. */
export function sayRemarks(config: Config): void {
  for (const remark of remarks(config)) say(style.dim(`Note: ${remark}`));
}
