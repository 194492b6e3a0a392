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

export class Watchdog implements AsyncDisposable {
  private readonly shell;

  constructor(directory: string) {
    this.shell = Bun.spawn(["/bin/sh", "-c", SCRIPT, "azr-tui-sandbox-watchdog", directory], {
      stdin: "pipe",
      stdout: "ignore",
      stderr: "ignore",
      cwd: "/",
      env: { PATH: "/usr/bin:/bin" },
      // A session of its own: Ctrl-C in the terminal must not take it first.
      detached: true,
    });
    this.shell.unref();
  }

  add(pid: number): void {
    this.tell(`+ ${pid}\n`);
  }

  remove(pid: number): void {
    this.tell(`- ${pid}\n`);
  }

  private tell(line: string): void {
    this.shell.stdin.write(line);
    this.shell.stdin.flush();
  }

  /** Lets it go, and waits until it has removed the directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.shell.ref();
    this.shell.stdin.end();
    await this.shell.exited;
  }
}
