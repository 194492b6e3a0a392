import { EventEmitter } from "node:events";
import { Terminal } from "@xterm/headless";
import { render } from "ink";
import type { ReactNode } from "react";
import { OTHER_SCREENS } from "../../src/tui/app.tsx";
import { DRAWING } from "../../src/tui/widgets/line-chart.tsx";

// Frames are looked at with everything that they are made of.
await Promise.all([OTHER_SCREENS.load(), DRAWING.load()]);

/** A component drawn by Ink on a terminal emulator, in this process: sizes, keys, resizing, what is seen. */
export interface TestScreen extends Disposable {
  /** The emulator, for what its cells look like. */
  terminal: Terminal;
  /** Rows as text, without trailing blanks. */
  text(): Promise<string>;
  /** Sends what a terminal would send for key presses, each when the one before is drawn. */
  press(...keys: string[]): Promise<void>;
  /** Sends a key and waits for nothing. */
  send(key: string): void;
  resize(columns: number, rows: number): Promise<void>;
  /** Every byte written so far. */
  written(): string;
  ended: Promise<unknown>;
}

class FakeInput extends EventEmitter {
  readonly isTTY = true;
  readonly queue: string[] = [];
  setRawMode(): void {}
  setEncoding(): void {}
  ref(): void {}
  unref(): void {}
  resume(): void {}
  pause(): void {}
  read(): string | null {
    return this.queue.shift() ?? null;
  }
}

class FakeOutput extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  text = "";
  constructor(
    readonly terminal: Terminal,
    public columns: number,
    public rows: number,
  ) {
    super();
  }
  write(text: string, done?: () => void): boolean {
    this.text += text;
    this.terminal.write(text, done);
    return true;
  }
}

export function mount(node: ReactNode, columns = 80, rows = 24, maxFps = 1000): TestScreen {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  const stdout = new FakeOutput(terminal, columns, rows);
  const stdin = new FakeInput();
  const instance = render(node, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stderr: stdout as unknown as NodeJS.WriteStream,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps,
  });
  // Keys are handed on one by one, each after the render that the one before caused: quiet means done.
  const settle = async () => {
    // Twice: on a busy machine a key may take longer to be drawn than one silence lasts.
    for (let quiet = 0, before = stdout.text.length; quiet < 2; before = stdout.text.length) {
      await Bun.sleep(8);
      await instance.waitUntilRenderFlush();
      quiet = before === stdout.text.length ? quiet + 1 : 0;
    }
    await new Promise<void>((resolve) => terminal.write("", resolve));
  };
  const send = (key: string) => {
    stdin.queue.push(key);
    stdin.emit("readable");
  };
  return {
    terminal,
    send,
    ended: instance.waitUntilExit(),
    written: () => stdout.text,
    async text() {
      await settle();
      const buffer = terminal.buffer.active;
      return Array.from(
        { length: terminal.rows },
        (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? "",
      ).join("\n");
    },
    async press(...keys) {
      for (const key of keys) {
        send(key);
        // A lone escape is told from the start of a sequence by the silence after it.
        await Bun.sleep(key === "\x1b" ? 30 : 1);
        await settle();
      }
    },
    async resize(toColumns, toRows) {
      stdout.columns = toColumns;
      stdout.rows = toRows;
      terminal.resize(toColumns, toRows);
      stdout.emit("resize");
      await settle();
    },
    [Symbol.dispose]: () => instance.unmount(),
  };
}
