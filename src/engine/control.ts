import { chmodSync, rmSync } from "node:fs";
import type { Socket, UnixSocketListener } from "bun";
import * as v from "valibot";
import { AzrError, RunError } from "../errors/index.ts";
import type { EngineCommand } from "./engine.ts";
import { LineDecoder, LineSender } from "./json-lines.ts";
import {
  type ClientMessage,
  PROTOCOL_VERSION,
  type ServerMessage,
  type Snapshot,
  VIEWER_KINDS,
  type Viewers,
} from "./protocol.ts";
import { Seats } from "./seats.ts";

/** Longest message accepted from a viewer, characters. */
const MAX_LINE = 16 * 1024;
/** Bytes that may wait for a viewer that reads slowly; then it is dropped, and may connect again. */
const MAX_WAITING = 4 * 1024 * 1024;
/** Lines of the log that the first viewer is told, and for how long they wait for it, milliseconds. */
const MOST_EARLY = 50;
const EARLY_MS = 10_000;
/** A connection that does not shake hands is closed after this, milliseconds. */
const HANDSHAKE_MS = 5_000;

const id = v.pipe(v.number(), v.integer());
const Incoming: v.GenericSchema<unknown, ClientMessage> = v.variant("kind", [
  v.object({
    kind: v.literal("hello"),
    version: v.number(),
    viewer: v.pipe(v.string(), v.maxLength(200)),
    // Not said by viewers of another version, whom the version refuses.
    as: v.optional(v.picklist(VIEWER_KINDS), "lines"),
  }),
  v.variant("command", [
    v.object({
      kind: v.literal("command"),
      id,
      command: v.picklist(["pause", "resume", "step", "checkpoint", "evaluate", "drive", "stop"]),
    }),
    v.object({
      kind: v.literal("command"),
      id,
      command: v.literal("set"),
      key: v.string(),
      value: v.string(),
    }),
  ]),
]);

export interface ControlOptions {
  /** Path of the Unix socket; a file that is left there is replaced. */
  socket: string;
  /** Name of the run. */
  run: string;
  snapshot: () => Snapshot;
  /** Does what a command says and resolves with one sentence about it; an AzrError is a refusal. */
  onCommand: (command: EngineCommand, by: string) => Promise<string>;
  /** One line about who drives, for the log of the run. */
  onLine: (line: string) => void;
}

interface Connection {
  decoder: LineDecoder;
  sender: LineSender;
  /** Whether it has shaken hands: only then it gets messages and may command. */
  greeted: boolean;
  handshake: ReturnType<typeof setTimeout>;
}

/**
 * The engine's end of the control socket: JSON lines, several viewers, commands in and live messages out.
 * Whatever a viewer sends is answered, never fatal; only the socket's owner can connect (mode 0600).
 */
export class ControlServer implements Disposable {
  private readonly sockets = new Set<Socket<Connection>>();
  private readonly listener: UnixSocketListener<Connection>;
  private readonly greeted = Promise.withResolvers<void>();
  private readonly seats = new Seats<Socket<Connection>>();
  private listening = true;
  /** What was said before anyone could hear: who launched the engine is to know what became of the run. */
  private early: Extract<ServerMessage, { kind: "log" }>[] = [];

  /** Raises RunError when the socket cannot be made. */
  constructor(private readonly options: ControlOptions) {
    rmSync(options.socket, { force: true });
    // Bound under this mask, so that nobody else can connect before the mode is set.
    const mask = process.umask(0o177);
    try {
      this.listener = Bun.listen<Connection>({
        unix: options.socket,
        socket: {
          open: (socket) => this.open(socket),
          data: (socket, bytes) => this.data(socket, bytes),
          drain: (socket) => socket.data.sender.drain(),
          close: (socket) => this.forget(socket),
          error: (socket) => this.drop(socket),
        },
      });
      chmodSync(options.socket, 0o600);
    } catch (error) {
      throw new RunError(
        `the control socket ${options.socket} cannot be made: ${error instanceof Error ? error.message : error}`,
        { mend: "Put the run on a local disk, where Unix sockets work.", cause: error },
      );
    } finally {
      process.umask(mask);
    }
  }

  /** Those that have shaken hands. */
  get viewers(): Viewers {
    return this.seats.viewers;
  }

  /** Sends a message to every viewer. */
  broadcast(message: ServerMessage): void {
    if (message.kind === "log" && this.seats.size === 0 && this.early.length < MOST_EARLY)
      this.early.push(message);
    for (const socket of this.sockets) if (socket.data.greeted) this.send(socket, message);
  }

  /** Resolves when every viewer took what was sent, or after a while. */
  async flush(timeoutMs = 1000): Promise<void> {
    const end = performance.now() + timeoutMs;
    while ([...this.sockets].some((socket) => !socket.data.sender.empty) && performance.now() < end) {
      for (const socket of this.sockets) socket.data.sender.drain();
      await Bun.sleep(5);
    }
  }

  /** Resolves when a viewer has shaken hands, at any time since the start, or after a while. */
  async firstViewer(timeoutMs: number): Promise<void> {
    await Promise.race([this.greeted.promise, Bun.sleep(timeoutMs)]);
  }

  /** Lets nobody else in and removes the socket's file; those who are connected stay. */
  stopListening(): void {
    if (!this.listening) return;
    this.listening = false;
    rmSync(this.options.socket, { force: true });
    this.listener.stop();
  }

  [Symbol.dispose](): void {
    this.stopListening();
    for (const socket of [...this.sockets]) this.drop(socket);
  }

  private open(socket: Socket<Connection>): void {
    socket.data = {
      decoder: new LineDecoder(MAX_LINE),
      sender: new LineSender(socket, MAX_WAITING),
      greeted: false,
      handshake: setTimeout(() => this.drop(socket), HANDSHAKE_MS),
    };
    this.sockets.add(socket);
  }

  private data(socket: Socket<Connection>, bytes: Uint8Array): void {
    try {
      for (const line of socket.data.decoder.push(bytes)) this.receive(socket, line);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.refuse(socket, 0, error.message);
      this.drop(socket);
    }
  }

  private receive(socket: Socket<Connection>, line: string): void {
    const parsed = v.safeParse(Incoming, parseJson(line));
    if (!parsed.success) {
      this.refuse(socket, idOf(line), `not a message of this protocol: ${parsed.issues[0].message}`);
    } else if (parsed.output.kind === "hello") {
      this.greet(socket, parsed.output);
    } else if (socket.data.greeted) {
      void this.execute(socket, parsed.output);
    } else {
      this.refuse(socket, parsed.output.id, "say hello first");
    }
  }

  private greet(socket: Socket<Connection>, hello: Extract<ClientMessage, { kind: "hello" }>): void {
    const { version, viewer, as } = hello;
    clearTimeout(socket.data.handshake);
    if (version !== PROTOCOL_VERSION) {
      this.refuse(socket, 0, `the engine speaks version ${PROTOCOL_VERSION}, the viewer version ${version}`);
      this.drop(socket);
      return;
    }
    socket.data.greeted = true;
    const name = this.seats.take(socket, viewer, as);
    this.greeted.resolve();
    const { run, snapshot } = this.options;
    this.send(socket, { kind: "hello", version, run, viewer: name, snapshot: snapshot() });
    for (const message of this.early.splice(0))
      if (Date.now() - message.at < EARLY_MS) this.send(socket, message);
  }

  private async execute(
    socket: Socket<Connection>,
    message: ClientMessage & { kind: "command" },
  ): Promise<void> {
    try {
      const said = await this.perform(socket, message);
      this.send(socket, { kind: "reply", id: message.id, ok: true, message: said });
    } catch (error) {
      if (!(error instanceof AzrError)) throw error;
      const { message: reason, mend } = error;
      this.refuse(socket, message.id, mend === undefined ? reason : `${reason} ${mend}`);
    }
  }

  private async perform(
    socket: Socket<Connection>,
    message: ClientMessage & { kind: "command" },
  ): Promise<string> {
    if (message.command === "drive") {
      const said = this.seats.drive(socket);
      this.options.onLine(said);
      this.broadcast({ kind: "snapshot", snapshot: this.options.snapshot() });
      return said;
    }
    return await this.options.onCommand(message, this.seats.authorised(socket));
  }

  private refuse(socket: Socket<Connection>, id: number, message: string): void {
    this.send(socket, { kind: "reply", id, ok: false, message });
  }

  private send(socket: Socket<Connection>, message: ServerMessage): void {
    if (this.sockets.has(socket) && !socket.data.sender.send(message)) this.drop(socket);
  }

  private drop(socket: Socket<Connection>): void {
    this.forget(socket);
    socket.end();
  }

  private forget(socket: Socket<Connection>): void {
    clearTimeout(socket.data.handshake);
    this.sockets.delete(socket);
    const next = this.seats.leave(socket);
    if (next && this.listening) this.options.onLine(next);
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Not JSON: the schema refuses undefined with the same answer as any other wrong message.
    return undefined;
  }
}

/** The id that a malformed message carries, so that its sender can tell which one was refused; 0 without. */
function idOf(line: string): number {
  const value = parseJson(line);
  const id = typeof value === "object" && value !== null && "id" in value ? value.id : 0;
  return typeof id === "number" && Number.isInteger(id) ? id : 0;
}
