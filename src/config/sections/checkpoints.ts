import * as v from "valibot";
import { count, help } from "./fields.ts";

export const Checkpoints = v.strictObject({
  every: v.optional(v.pipe(count, help("Write a checkpoint every N steps.")), 1),
  keep: v.optional(v.pipe(count, help("Keep the last N checkpoints.")), 3),
});
