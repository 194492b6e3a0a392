import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sandboxAccount } from "../../../src/sandbox/account.ts";

/** Words that only the secret file holds: an attack that prints them has read it. */
export const SECRET_TEXT = "the host's secret\n";
const SECRET_WORD = "azr-secret-word";
const VICTIM = "azr-attack-victim";

/** What the attacks aim at on this host: a secret file, listeners, another process, an environment. */
export class Target implements Disposable {
  private readonly directory = mkdtempSync(join(tmpdir(), "azr-attacks-"));
  private readonly secret = join(this.directory, "secret");
  private readonly sockets;
  private late: string | undefined;
  connections = 0;
  victim = startVictim();

  constructor() {
    process.env.AZR_SECRET = SECRET_WORD;
    writeFileSync(this.secret, SECRET_TEXT, { mode: 0o644 });
    Bun.spawnSync(["chmod", "755", this.directory]);
    const socket = { open: () => void this.connections++, data: () => undefined };
    const unixPath = join(this.directory, "socket");
    const abstract = `azr-attack-${process.pid}`;
    const tcp = Bun.listen({ hostname: "127.0.0.1", port: 0, socket });
    const unix = Bun.listen({ unix: unixPath, socket });
    this.sockets = {
      tcp,
      unix,
      abstract: Bun.listen({ unix: `\0${abstract}`, socket }),
      facts: { PORT: String(tcp.port), SOCKET: unixPath, ABSTRACT: abstract },
    };
  }

  /** A second secret, of a directory that no pool has seen when it was opened; in /run where this user may write. */
  appear(): void {
    const parent = ["/run", "/run/lock", tmpdir()].find(isWritable) ?? tmpdir();
    this.late = mkdtempSync(join(parent, "azr-late-"));
    Bun.spawnSync(["chmod", "755", this.late]);
    writeFileSync(join(this.late, "secret"), SECRET_TEXT, { mode: 0o644 });
  }

  /** What the words in double braces stand for. */
  get facts(): Record<string, string> {
    return {
      ...this.sockets.facts,
      SECRET: this.secret,
      LATE: join(this.late ?? this.directory, "secret"),
      SECRET_WORD,
      PID: String(this.victim.pid),
      ENGINE: String(process.pid),
      VICTIM,
    };
  }

  get isSecretUnchanged(): boolean {
    return readFileSync(this.secret, "utf8") === SECRET_TEXT;
  }

  get isVictimAlive(): boolean {
    const { pid, exitCode, signalCode } = this.victim;
    return existsSync(`/proc/${pid}`) && exitCode === null && signalCode === null;
  }

  /** A new victim in place of one that was killed. */
  replaceVictim(): void {
    this.victim.kill("SIGKILL");
    this.victim = startVictim();
  }

  [Symbol.dispose](): void {
    this.victim.kill("SIGKILL");
    this.sockets.tcp.stop(true);
    this.sockets.unix.stop(true);
    this.sockets.abstract.stop(true);
    for (const directory of [this.directory, this.late ?? this.directory])
      rmSync(directory, { recursive: true, force: true });
  }
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Of the account that the programs run under: only the sandbox stands between. */
function startVictim() {
  return Bun.spawn(["/bin/sh", "-c", `: ${VICTIM}; read line`], {
    stdin: "pipe",
    env: { ...process.env, AZR_SECRET: SECRET_WORD },
    ...sandboxAccount(),
  });
}
