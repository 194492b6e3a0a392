import { findExecutable } from "./executable.ts";

/** How the systems that have firejail and bubblewrap install packages, by the program that does it. */
const MANAGERS: Record<string, readonly string[]> = {
  "apt-get": ["apt-get update", "apt-get install -y --no-install-recommends"],
  dnf: ["dnf install -y"],
  zypper: ["zypper install -y"],
  pacman: ["pacman -S --noconfirm"],
  apk: ["apk add"],
};

/** The package of each program; the helpers are all of one. */
const PACKAGES: Record<string, string> = {
  bwrap: "bubblewrap",
  prlimit: "util-linux",
  setpriv: "util-linux",
};

export function packageOf(program: string): string {
  return PACKAGES[program] ?? program;
}

/** The package manager of this system, as its program's name; undefined where it is none that is known. */
export function packageManager(
  isThere: (program: string) => boolean = (program) => "path" in findExecutable(program),
): string | undefined {
  return Object.keys(MANAGERS).find(isThere);
}

/** The commands that install packages, one after the other, to be run as root; undefined for an unknown system. */
export function installSteps(packages: readonly string[], manager: string | undefined): string[] | undefined {
  const steps = manager === undefined ? undefined : MANAGERS[manager];
  return steps?.map((step, i) => (i === steps.length - 1 ? `${step} ${packages.join(" ")}` : step));
}

/** The line to type. */
export function installAdvice(
  packages: readonly string[],
  { manager, root }: { manager: string | undefined; root: boolean },
): string {
  const steps = installSteps(packages, manager);
  if (!steps) return `Install ${packages.join(" and ")} with this system's package manager.`;
  return `Install it with: ${steps.map((step) => (root ? step : `sudo ${step}`)).join(" && ")}`;
}
