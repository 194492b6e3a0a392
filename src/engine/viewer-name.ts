import { spawnSync } from "node:child_process";
import { hostname } from "node:os";

/** What the others know this process by when it is given no name: `user@host:pid`. */
export function viewerName(): string {
  return `${userName()}@${hostname().split(".")[0]}:${process.pid}`;
}

/** The environment's word, else that of the system, which Bun's `userInfo` does not ask. */
function userName(): string {
  const { USER, LOGNAME } = process.env;
  if (USER || LOGNAME) return USER || LOGNAME || "";
  const { stdout } = spawnSync("id", ["-un"], { encoding: "utf8" });
  return stdout?.trim() || `uid-${process.getuid?.() ?? "unknown"}`;
}
