import type { Config } from "../../config/schema.ts";
import { compact } from "./compact/style.ts";
import { full } from "./full/style.ts";
import type { PromptStyle } from "./prompt.ts";

export const PROMPT_STYLES: Record<Config["selfplay"]["prompt"], PromptStyle> = { full, compact };
