import * as v from "valibot";
import { help } from "./fields.ts";

export const Model = v.strictObject({
  source: v.optional(
    v.pipe(
      v.string(),
      v.minLength(1),
      help(
        "Model name (smollm2-135m), Hugging Face repo id (owner/name or owner/name@revision), local directory or .gguf file.",
      ),
    ),
    "smollm2-135m",
  ),
  device: v.optional(
    v.pipe(v.picklist(["auto", "cpu", "gpu"]), help("auto takes the GPU where MLX has one.")),
    "auto",
  ),
});
