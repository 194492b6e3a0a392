import { ProcessRecord } from "./process-record.ts";

/**
 * A shell that outlives the engine by a moment: it is told which processes exist, and when its standard input
 * ends, because the engine did, it kills them and removes the pool's directory ($1). So neither a sandboxed program
 * nor a file survives an engine that was killed.
 */
const SCRIPT = `
pids=' '
while read -r sign pid; do
  case $sign in
    +) pids="$pids$pid " ;;
    -) case $pids in *" $pid "*) pids="\${pids%% $pid *} \${pids#* $pid }" ;; esac ;;
  esac
done
for pid in $pids; do kill -9 "-$pid" "$pid"; done
rm -rf -- "$1"
`;

/** Knows the processes of a pool, by the shell and on disk, for when the engine can no longer end them itself. */
export class Watchdog implements AsyncDisposable {
  private readonly pids = new Set<number>();
  private readonly record: ProcessRecord;
  private shell: ReturnType<typeof start>;
  private ending = false;

  constructor(private readonly directory: string) {
    this.record = new ProcessRecord(directory);
    this.shell = this.begin();
  }

  add(pid: number): void {
    this.pids.add(pid);
    this.record.add(pid);
    this.tell(`+ ${pid}\n`);
  }

  remove(pid: number): void {
    this.pids.delete(pid);
    this.record.remove(pid);
    this.tell(`- ${pid}\n`);
  }

  /** One that is killed is replaced by another, which is told of the processes that there are. */
  private begin(): ReturnType<typeof start> {
    const shell = start(this.directory);
    shell.exited.then(() => {
      if (this.ending) return;
      this.shell = this.begin();
      for (const pid of this.pids) this.tell(`+ ${pid}\n`);
    });
    return shell;
  }

  private tell(line: string): void {
    try {
      // A pipe that breaks, now or later, is a shell that has ended: the next one is told everything.
      Promise.resolve(this.shell.stdin.write(line)).catch(() => undefined);
      Promise.resolve(this.shell.stdin.flush()).catch(() => undefined);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
    }
  }

  /** Lets it go, and waits until it has removed the directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.ending = true;
    this.record[Symbol.dispose]();
    this.shell.ref();
    await Promise.resolve(this.shell.stdin.end()).catch(() => undefined);
    await this.shell.exited;
  }
}

function start(directory: string) {
  const shell = Bun.spawn(["/bin/sh", "-c", SCRIPT, "azr-tui-sandbox-watchdog", directory], {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "ignore",
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    // A session of its own: Ctrl-C in the terminal must not take it first.
    detached: true,
  });
  shell.unref();
  return shell;
}
