import * as v from "valibot";
import { count, help } from "./fields.ts";

export const Buffer = v.strictObject({
  capacity: v.optional(v.pipe(count, help("Tasks kept per type.")), 16384),
  deduplicate: v.optional(
    v.pipe(
      v.picklist(["ast", "text", "none"]),
      help(
        "Tasks are the same when their inputs are, and their programs: up to layout, comments, annotations and names of their own (ast), or up to blank lines and comments (text). none keeps every task.",
      ),
    ),
    "ast",
  ),
  admit: v.optional(
    v.pipe(
      v.picklist(["valid", "learnable", "not-trivial"]),
      help(
        "New tasks that enter the buffer: every valid one (as in the paper), those solved sometimes (0 < solve rate < 1), or all but those always solved.",
      ),
    ),
    "valid",
  ),
  evict: v.optional(
    v.pipe(
      v.picklist(["learnability", "oldest", "uniform"]),
      help(
        "What a full buffer gives up: the task with the least learnability by its last solve rate, the oldest of several; the oldest; or any.",
      ),
    ),
    "learnability",
  ),
  draw: v.optional(
    v.pipe(
      v.picklist(["new-first", "uniform", "recent", "learnability"]),
      help(
        "Tasks that train the solver: this step's new ones, then the buffer's, uniformly (as in the paper); or of both together uniformly, in proportion to the step that proposed them, or by the learnability of their last solve rate.",
      ),
    ),
    "new-first",
  ),
});
