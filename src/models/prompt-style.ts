import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { PROMPT_STYLE_NAMES, type PromptStyleName } from "../config/prompt-style.ts";
import { ModelLoadError } from "../errors/index.ts";

/** What a model's directory says of its use here, beside Hugging Face's files. */
export const AZR_FILE = "azr.json";

const AzrFile = v.object({ prompt: v.picklist(PROMPT_STYLE_NAMES) });

/** The prompt style that a model was trained on, as `azr.json` of its directory names it; null where there is none. */
export function ownPromptStyle(path: string): PromptStyleName | null {
  const file = join(path, AZR_FILE);
  if (path.endsWith(".gguf") || !existsSync(file)) return null;
  const parsed = v.safeParse(AzrFile, json(file));
  if (parsed.success) return parsed.output.prompt;
  throw new ModelLoadError(`${file} names no prompt style: ${parsed.issues[0].message}`, {
    mend: `Expected {"prompt": "..."} with one of ${PROMPT_STYLE_NAMES.join(", ")}.`,
  });
}

function json(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new ModelLoadError(`${file} is not JSON: ${(cause as Error).message}`, {
      mend: "Take another copy of the model.",
      cause,
    });
  }
}
