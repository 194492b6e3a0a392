import { readFileSync } from "node:fs";

/** A program in a pseudo-terminal whose output is timed as it comes. */
export interface TimedTerminal extends AsyncDisposable {
  readonly pid: number;
  /** Bytes that have come, and the frames that they were, by the marks that each begins with. */
  readonly bytes: number;
  readonly frames: number;
  /** Milliseconds until the output that comes from now on holds the text; NaN after `limit`. */
  until(text: string, limit?: number): Promise<number>;
  send(keys: string): void;
}

/** Begins a frame that is to be seen as a whole: Ink writes it before each. */
const FRAME_MARK = "\x1b[?2026h";

export function openTerminal(
  command: readonly string[],
  { columns, rows }: { columns: number; rows: number },
): TimedTerminal {
  const decoder = new TextDecoder();
  const waiting = new Set<{ text: string; seen: string; found: () => void }>();
  let [bytes, frames, rest] = [0, 0, ""];
  const child = Bun.spawn([...command], {
    env: { ...process.env, TERM: "xterm-256color", CI: undefined, NO_COLOR: undefined },
    terminal: {
      cols: columns,
      rows,
      data(_terminal, chunk) {
        bytes += chunk.length;
        const text = decoder.decode(chunk, { stream: true });
        const marked = rest + text;
        frames += marked.split(FRAME_MARK).length - 1;
        // A mark may come in two chunks.
        rest = marked.slice(-FRAME_MARK.length + 1);
        for (const wait of waiting) {
          // What is looked for may come in two chunks; colours between its letters do not count.
          wait.seen = (wait.seen + Bun.stripANSI(text)).slice(-100_000);
          if (wait.seen.includes(wait.text)) wait.found();
        }
      },
    },
  });
  return {
    pid: child.pid,
    get bytes() {
      return bytes;
    },
    get frames() {
      return frames;
    },
    send: (keys) => void child.terminal?.write(keys),
    until(text, limit = 30_000) {
      const began = performance.now();
      return new Promise((resolve) => {
        const done = (value: number) => {
          waiting.delete(wait);
          clearTimeout(timer);
          resolve(value);
        };
        const wait = { text, seen: "", found: () => done(performance.now() - began) };
        const timer = setTimeout(() => done(Number.NaN), limit);
        waiting.add(wait);
      });
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
      child.terminal?.close();
    },
  };
}

/** CPU time that a process has used, milliseconds, and what it has in memory, bytes. Linux, else by ps. */
export function usageOf(pid: number): { cpuMs: number; residentBytes: number } {
  if (process.platform === "linux") {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const resident = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    // In hundredths of a second, whatever the kernel's own clock.
    return {
      cpuMs: (Number(fields[11]) + Number(fields[12])) * 10,
      residentBytes: Number(resident ?? Number.NaN) * 1024,
    };
  }
  const [time = "", resident = ""] = Bun.spawnSync(["ps", "-o", "time=,rss=", "-p", String(pid)])
    .stdout.toString()
    .trim()
    .split(/\s+/);
  const seconds = time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return { cpuMs: seconds * 1000, residentBytes: Number(resident) * 1024 };
}
