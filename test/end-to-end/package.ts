import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The packed project, run through bunx from an empty directory with a HOME that is empty before its first run. */
export class Package implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), "azr-package-"));
  readonly tarball: string;

  constructor() {
    const root = join(import.meta.dir, "..", "..");
    const packed = Bun.spawnSync(
      [process.execPath, "pm", "pack", "--destination", this.#directory, "--quiet"],
      {
        cwd: root,
      },
    );
    const name = readdirSync(this.#directory).find((file) => file.endsWith(".tgz"));
    if (!name) throw new Error(`bun pm pack made no tarball: ${packed.stderr}`);
    this.tarball = join(this.#directory, name);
  }

  /** `keepCache` lets it find wheels that set-up fetched, as on a prepared machine. */
  run(args: readonly string[], { keepCache = false } = {}) {
    const work = mkdtempSync(join(this.#directory, "work-"));
    const home = join(this.#directory, "home");
    mkdirSync(home, { recursive: true });
    const { AZR_CACHE_DIR, XDG_CACHE_HOME, HOME } = process.env;
    const cache = keepCache
      ? { AZR_CACHE_DIR: AZR_CACHE_DIR ?? join(XDG_CACHE_HOME ?? join(HOME ?? "", ".cache"), "azr-tui") }
      : {};
    const child = Bun.spawnSync(
      [process.execPath, "x", "--bun", "--package", this.tarball, "azr-tui", ...args],
      {
        cwd: work,
        env: { PATH: process.env.PATH, HOME: home, TMPDIR: home, NO_COLOR: "1", ...cache },
        stdin: "ignore",
      },
    );
    return { code: child.exitCode, stdout: child.stdout.toString(), stderr: child.stderr.toString() };
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
