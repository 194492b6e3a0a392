import { Terminal } from "@xterm/headless";

/** A program in a pseudo-terminal, with an emulator on the other side of it. */
export interface PseudoTerminal extends AsyncDisposable {
  readonly pid: number;
  exited: Promise<number>;
  /** Waits until the screen matches; raises with the screen's text when the program ends before or `limit` ms pass. */
  waitFor(pattern: RegExp, limit?: number): Promise<string>;
  send(keys: string): void;
  resize(columns: number, rows: number): void;
  kill(signal: NodeJS.Signals): void;
  /** Every byte the program wrote. */
  raw(): string;
  /** Rows of the screen as they are now. */
  screen(): Promise<string>;
  /** True while the alternate screen is on. */
  alternate(): boolean;
}

export interface PseudoTerminalOptions {
  columns?: number;
  rows?: number;
  env?: Record<string, string | undefined>;
  cwd?: string;
}

/** What is waited for comes at once on an idle machine, and late on one that trains beside the test. */
const PATIENCE_MS = 60_000;
/** A program that has ended and has nothing more to be read for so long has said all. */
const QUIET_MS = 200;

export function openPseudoTerminal(
  command: readonly string[],
  { columns = 80, rows = 24, env = {}, cwd = process.cwd() }: PseudoTerminalOptions = {},
): PseudoTerminal {
  const emulator = new Terminal({ cols: columns, rows, allowProposedApi: true });
  const decoder = new TextDecoder();
  let raw = "";
  let ended = false;
  let closed = false;
  const inherited = { ...process.env, TERM: "xterm-256color", CI: undefined, NO_COLOR: undefined, ...env };
  const child = Bun.spawn([...command], {
    env: inherited,
    cwd,
    terminal: {
      cols: columns,
      rows,
      data(_terminal, bytes) {
        raw += decoder.decode(bytes, { stream: true });
        emulator.write(bytes);
      },
      exit() {
        closed = true;
      },
    },
  });
  /** The emulator takes what it is written in pieces, in its own time. */
  const drawn = () => new Promise<void>((resolve) => emulator.write("", resolve));
  const exited = child.exited.then(async (code) => {
    // What the program wrote last may still be on its way: longer than a while on a busy machine.
    for (let before = -1; !closed && before !== raw.length; await Bun.sleep(QUIET_MS)) before = raw.length;
    await drawn();
    ended = true;
    return code;
  });
  const screen = async () => {
    await drawn();
    const buffer = emulator.buffer.active;
    return Array.from(
      { length: emulator.rows },
      (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? "",
    ).join("\n");
  };
  return {
    pid: child.pid,
    exited,
    screen,
    raw: () => raw,
    alternate: () => emulator.buffer.active.type === "alternate",
    async waitFor(pattern, limit = PATIENCE_MS) {
      for (const began = performance.now(); performance.now() - began < limit; await Bun.sleep(20)) {
        const text = await screen();
        if (pattern.test(text)) return text;
        if (ended) break;
      }
      throw new Error(`${pattern} was not seen${ended ? " before the end" : ""}:\n${await screen()}`);
    },
    send: (keys) => void child.terminal?.write(keys),
    resize(toColumns, toRows) {
      emulator.resize(toColumns, toRows);
      child.terminal?.resize(toColumns, toRows);
    },
    kill: (signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGKILL");
      await exited;
      child.terminal?.close();
    },
  };
}
