import * as v from "valibot";
import { help } from "./fields.ts";

export const Model = v.strictObject({
  source: v.optional(
    v.pipe(
      v.string(),
      v.minLength(1),
      help(
        "Model name (tiny, smollm2-135m), Hugging Face repo id (owner/name or owner/name@revision), local directory or .gguf file.",
      ),
    ),
    "smollm2-135m",
  ),
  quantize: v.optional(
    v.pipe(
      v.picklist(["none", 4, 8]),
      help(
        "Pack weights that are stored whole in 4 or 8 bits (groups of 64) as they are loaded; azr-tui models quantize does it once and for all. Needs adapter.type lora.",
      ),
    ),
    "none",
  ),
  device: v.optional(
    v.pipe(v.picklist(["auto", "cpu", "gpu"]), help("auto takes the GPU where MLX has one.")),
    "auto",
  ),
});
