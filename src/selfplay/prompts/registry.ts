import type { PromptStyleName } from "../../config/prompt-style.ts";
import type { Config } from "../../config/schema.ts";
import { compact } from "./compact/style.ts";
import { full } from "./full/style.ts";
import type { PromptStyle } from "./prompt.ts";
import { tagged } from "./tagged/style.ts";

const PROMPT_STYLES: Record<PromptStyleName, PromptStyle> = { full, compact, tagged };

/** The style that a setting names; `auto` takes the model's own, else `otherwise`. */
export function promptStyle(
  setting: Config["selfplay"]["prompt"],
  own: PromptStyleName | null = null,
  otherwise: PromptStyleName = "full",
): PromptStyle {
  return PROMPT_STYLES[setting === "auto" ? (own ?? otherwise) : setting];
}
