import { resolve } from "node:path";
import { SetupError } from "../errors/index.ts";

/** Python's zipfile keeps no permission bits by itself; an executable in a wheel needs its own. */
const UNPACK = `
import os, sys, zipfile
archive, destination, *prefixes = sys.argv[1:]
with zipfile.ZipFile(archive) as wheel:
    members = [m for m in wheel.infolist()
               if not prefixes or any(m.filename == p or m.filename.startswith(p + "/") for p in prefixes)]
    if not members:
        sys.exit("no such member: " + ", ".join(prefixes))
    for member in members:
        path = wheel.extract(member, destination)
        mode = member.external_attr >> 16
        if mode & 0o111 and not member.is_dir():
            os.chmod(path, 0o755)
`;

/**
 * Unpacks a wheel into `destination`, or only the members named (files, or directories with all below them).
 * Throws SetupError for a damaged archive, an absent member or a full disk.
 */
export async function unpackWheel(
  python: readonly string[],
  wheel: string,
  destination: string,
  members: readonly string[] = [],
): Promise<void> {
  const { execa } = await import("execa");
  const [file = "", ...rest] = python;
  // Isolated: with -c, modules of the directory that azr-tui was started in would come first.
  const result = await execa(
    file,
    [...rest, "-I", "-c", UNPACK, resolve(wheel), resolve(destination), ...members],
    {
      cwd: "/",
      reject: false,
      all: true,
      stdin: "ignore",
    },
  );
  if (result.exitCode === 0) return;
  const output = String(result.all ?? "");
  if (/Errno 28\b|No space left/.test(output)) {
    throw new SetupError(`The disk is full: ${wheel} could not be unpacked.`, {
      mend: "Free some space, or set AZR_CACHE_DIR to a directory on another disk, and run again.",
    });
  }
  throw new SetupError(`${wheel} could not be unpacked: ${output.trim().split("\n").at(-1) ?? ""}`, {
    mend: "Run again to download it anew.",
  });
}
