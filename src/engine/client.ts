import { existsSync, readFileSync } from "node:fs";
import type { Socket } from "bun";
import { RunError } from "../errors/index.ts";
import { directoryGone } from "../runs/presence.ts";
import { RunDirectory } from "../runs/run-directory.ts";
import { stateWords } from "../runs/state.ts";
import { LineDecoder, LineSender } from "./json-lines.ts";
import {
  type ClientMessage,
  type Command,
  PROTOCOL_VERSION,
  type ServerMessage,
  type Snapshot,
  type ViewerKind,
} from "./protocol.ts";
import { viewerName } from "./viewer-name.ts";

export { type LaunchedEngine, type LaunchOptions, launchEngine } from "./launch.ts";

/** Longest message accepted from the engine, characters; most bytes that may wait for it. */
const MAX_LINE = 8 * 1024 * 1024;
const MAX_WAITING = 1024 * 1024;
/** Messages kept for a consumer that does not read; the oldest live ones go first. */
const MAX_QUEUE = 1000;
const HANDSHAKE_MS = 5_000;

/** What a viewer says of itself. */
export interface ViewerOptions {
  as: ViewerKind;
  /** What others know it by; user, host and process when absent. */
  name?: string | undefined;
}

type Hello = Extract<ServerMessage, { kind: "hello" }>;

/**
 * A viewer's connection to a run's engine: `for await (const message of client)` and `client.send(command)`.
 * When the connection breaks while the engine lives, it is made again, and another `hello` arrives. When the
 * engine dies without a word, an `ended` message with the state `crashed` and the log's last lines closes the
 * iteration; so does the engine's own `ended`.
 */
export class EngineClient implements AsyncIterable<ServerMessage>, Disposable {
  private readonly queue: ServerMessage[] = [];
  private readonly replies = new Map<number, (reply: { ok: boolean; message: string }) => void>();
  private wake: (() => void) | null = null;
  private connection: Connection | null = null;
  private finished = false;
  private nextId = 1;

  private constructor(
    private readonly run: RunDirectory,
    private readonly viewer: ViewerOptions,
    /** What the engine said first: its snapshot when this viewer came. */
    readonly hello: Hello,
  ) {}

  /** Connects to the engine of a run. Raises RunError when none is alive or it speaks another version. */
  static async connect(runPath: string, viewer: ViewerOptions = { as: "command" }): Promise<EngineClient> {
    const run = RunDirectory.open(runPath);
    const pending: ServerMessage[] = [];
    let client: EngineClient | undefined;
    const { connection, hello } = await openConnection(run, viewer, {
      message: (message) => (client ? client.receive(message) : pending.push(message)),
      closed: () => client?.lost(),
    });
    client = new EngineClient(run, viewer, hello);
    client.connection = connection;
    for (const message of [hello, ...pending]) client.receive(message);
    if (connection.closed) client.lost();
    return client;
  }

  /** Sends a command; the engine's answer. Raises RunError when it refuses or is gone. */
  async send(command: Command): Promise<string> {
    const connection = this.connection;
    if (this.finished || !connection) throw this.gone();
    const id = this.nextId++;
    const reply = await new Promise<{ ok: boolean; message: string }>((resolve) => {
      this.replies.set(id, resolve);
      connection.send({ kind: "command", id, ...command });
    });
    if (!reply.ok) throw new RunError(reply.message);
    return reply.message;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<ServerMessage> {
    for (;;) {
      const message = this.queue.shift();
      if (message) yield message;
      else if (this.finished) return;
      else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    }
  }

  /** Leaves; the engine goes on. */
  close(): void {
    this.finish();
    this.connection?.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  private receive(message: ServerMessage): void {
    if (this.finished) return;
    if (message.kind === "reply") {
      this.replies.get(message.id)?.(message);
      this.replies.delete(message.id);
      return;
    }
    this.queue.push(message);
    if (this.queue.length > MAX_QUEUE) this.queue.splice(0, this.queue.length - MAX_QUEUE);
    if (message.kind === "ended") this.finish();
    this.wakeUp();
  }

  /** The connection broke: made again while the engine lives, otherwise the end is told. */
  private async lost(): Promise<void> {
    this.connection = null;
    for (const resolve of this.replies.values())
      resolve({ ok: false, message: "the connection to the engine broke" });
    this.replies.clear();
    for (let attempt = 0; !this.finished; attempt++) {
      const status = statusOf(this.run);
      if (!status?.engine) return this.receive(endedOf(this.run));
      try {
        const { connection, hello } = await openConnection(this.run, this.viewer, {
          message: (message) => this.receive(message),
          closed: () => void this.lost(),
        });
        if (this.finished) return connection.close();
        this.connection = connection;
        return this.receive(hello);
      } catch (error) {
        // The engine may be ending, or too busy for the handshake: look again whether it lives.
        if (!(error instanceof RunError)) throw error;
        await Bun.sleep(Math.min(1000, 50 * 2 ** attempt));
      }
    }
  }

  private gone(): RunError {
    return new RunError(`the engine of run ${this.run.name} cannot be reached`, {
      mend: "`azr-tui runs list` shows its state; `--resume` goes on with it.",
    });
  }

  private finish(): void {
    this.finished = true;
    for (const resolve of this.replies.values()) resolve({ ok: false, message: this.gone().message });
    this.replies.clear();
    this.wakeUp();
  }

  private wakeUp(): void {
    this.wake?.();
    this.wake = null;
  }
}

/** See `EngineClient.connect`. */
export const connect = EngineClient.connect;

interface Connection {
  readonly closed: boolean;
  send(message: ClientMessage): void;
  close(): void;
}

interface Listener {
  message(message: ServerMessage): void;
  closed(): void;
}

/** Opens the run's socket and shakes hands. Raises RunError when nobody answers or the version differs. */
async function openConnection(
  run: RunDirectory,
  viewer: ViewerOptions,
  listener: Listener,
): Promise<{ connection: Connection; hello: Hello }> {
  const { engine, state, reason } = run.status();
  if (!engine) {
    throw new RunError(`no engine is at work on run ${run.name} (${stateWords(state, reason)})`, {
      mend: "`--resume` goes on with it.",
    });
  }
  if (engine.socket === null) throw new RunError(`the engine of run ${run.name} is still starting`);
  const greeting = Promise.withResolvers<Hello>();
  const decoder = new LineDecoder(MAX_LINE);
  let greeted = false;
  const socket = await Bun.connect<{ sender: LineSender | null; closed: boolean }>({
    unix: engine.socket,
    data: { sender: null, closed: false },
    socket: {
      data(socket, bytes) {
        const messages = parseMessages(decoder, bytes);
        if (!messages) return void socket.end();
        for (const message of messages) {
          if (greeted) listener.message(message);
          else if (message.kind === "hello" && message.version === PROTOCOL_VERSION) {
            greeted = true;
            greeting.resolve(message);
          } else greeting.reject(unequalVersions(message));
        }
      },
      drain(socket) {
        socket.data.sender?.drain();
      },
      close(socket) {
        socket.data.closed = true;
        if (greeted) listener.closed();
        else greeting.reject(new RunError(`the engine of run ${run.name} closed the connection`));
      },
    },
  }).catch((error: unknown) => {
    throw new RunError(
      `the engine of run ${run.name} (process ${engine.pid}) does not answer on its socket`,
      {
        mend: "Try again in a moment; if it stays so, end that process and go on with --resume.",
        cause: error,
      },
    );
  });
  const sender = new LineSender(socket, MAX_WAITING);
  socket.data.sender = sender;
  const { as, name = viewerName() } = viewer;
  sender.send({ kind: "hello", version: PROTOCOL_VERSION, viewer: name, as } satisfies ClientMessage);
  const timer = setTimeout(
    () => greeting.reject(new RunError(`the engine of run ${run.name} did not answer in time`)),
    HANDSHAKE_MS,
  );
  try {
    const hello = await greeting.promise;
    return { connection: connectionOf(socket, sender), hello };
  } catch (error) {
    socket.end();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Messages of a chunk; null when the stream is not ours to read: the connection is then made anew. */
function parseMessages(decoder: LineDecoder, bytes: Uint8Array): ServerMessage[] | null {
  try {
    return decoder.push(bytes).map((line) => JSON.parse(line) as ServerMessage);
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) return null;
    throw error;
  }
}

function connectionOf(socket: Socket<{ closed: boolean }>, sender: LineSender): Connection {
  return {
    get closed() {
      return socket.data.closed;
    },
    send: (message) => void sender.send(message),
    close: () => void socket.end(),
  };
}

function unequalVersions(message: ServerMessage): RunError {
  const said = message.kind === "reply" ? message.message : `it began with ${message.kind}`;
  return new RunError(`the engine speaks another protocol version than ${PROTOCOL_VERSION}: ${said}`, {
    mend: "Use the azr-tui version that started the run, or stop the run and go on with --resume.",
  });
}

function statusOf(run: RunDirectory) {
  try {
    return run.status();
  } catch (error) {
    // A database that cannot be read tells nothing of the engine: it counts as gone, and the end says why.
    if (error instanceof RunError) return null;
    throw error;
  }
}

/** What an engine that is gone would have said: its stored state, with the log's end when it crashed. */
function endedOf(run: RunDirectory): ServerMessage {
  if (!existsSync(run.path)) {
    const { message, mend } = directoryGone(run);
    return { kind: "ended", state: "crashed", reason: `${message}\n${mend}`, exitCode: 1 };
  }
  const status = statusOf(run);
  const state = status?.state ?? "crashed";
  if (state !== "crashed") return { kind: "ended", state, reason: status?.reason ?? "", exitCode: 0 };
  const tail = existsSync(run.logPath)
    ? readFileSync(run.logPath, "utf8").trimEnd().split("\n").slice(-3).join("\n")
    : "";
  const reason = [status?.reason ?? `${run.databasePath} cannot be read`, tail].filter(Boolean).join("\n");
  return { kind: "ended", state, reason, exitCode: 1 };
}

export type { Snapshot };
