import { hostname, userInfo } from "node:os";

/** What the others know this process by when it is given no name: `user@host:pid`. */
export function viewerName(): string {
  return `${userName()}@${hostname().split(".")[0]}:${process.pid}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    // An id without an entry among the system's users, as in a container.
    if (error instanceof Error) return String(process.getuid?.() ?? "user");
    throw error;
  }
}
