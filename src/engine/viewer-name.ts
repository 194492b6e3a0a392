import { hostname, userInfo } from "node:os";

/** What the others know this process by when it is given no name: `user@host:pid`. */
export function viewerName(): string {
  const user = process.env.USER || process.env.LOGNAME || userInfo().username;
  return `${user}@${hostname().split(".")[0]}:${process.pid}`;
}
