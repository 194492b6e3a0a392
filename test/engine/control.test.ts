import { expect, test } from "bun:test";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { connect } from "../../src/engine/client.ts";
import { ControlServer } from "../../src/engine/control.ts";
import type { EngineCommand } from "../../src/engine/engine.ts";
import type { ServerMessage } from "../../src/engine/protocol.ts";
import { socketPath } from "../../src/engine/socket-path.ts";
import { RunError } from "../../src/errors/index.ts";
import { announceSocket, claimEngine, RunDirectory, setRunState } from "../../src/runs/index.ts";
import { makeConfig, temporaryFolder } from "../runs/fixtures.ts";
import { blankSnapshot } from "./blank-snapshot.ts";

const snapshot = blankSnapshot({ step: 2, totalSteps: 5, pid: process.pid });

/** A run whose engine is this process, with a control server that records commands. */
function serve(folder: string, onCommand?: (command: EngineCommand) => Promise<string>) {
  const run = RunDirectory.create(join(folder, "first"), makeConfig());
  const database = run.openDatabase();
  const socket = join(run.path, "control.sock");
  claimEngine(database);
  announceSocket(database, socket);
  setRunState(database, "running");
  const commands: string[] = [];
  const lines: string[] = [];
  const server = new ControlServer({
    socket,
    run: "first",
    snapshot: () => ({ ...snapshot, viewers: server.viewers }),
    onLine: (line) => lines.push(line),
    onCommand:
      onCommand ??
      (async ({ command }, by) => {
        commands.push(`${by}: ${command}`);
        if (command === "resume") throw new RunError("the run is not paused");
        return `did ${command}`;
      }),
  });
  return {
    run,
    database,
    socket,
    commands,
    lines,
    server,
    [Symbol.dispose]() {
      server[Symbol.dispose]();
      database.close();
    },
  };
}

/** A bare connection: what it received so far, line by line. */
async function rawConnection(socket: string) {
  const lines: ServerMessage[] = [];
  const closed = Promise.withResolvers<void>();
  let rest = "";
  const connection = await Bun.connect({
    unix: socket,
    socket: {
      data(_socket, bytes) {
        const parts = (rest + bytes.toString("utf8")).split("\n");
        rest = parts.pop() ?? "";
        lines.push(...parts.map((line) => JSON.parse(line) as ServerMessage));
      },
      close: () => closed.resolve(),
    },
  });
  const until = async (count: number) => {
    while (lines.length < count) await Bun.sleep(2);
    return lines;
  };
  return { write: (text: string) => connection.write(text), lines, until, closed: closed.promise };
}

test("viewers shake hands, command, and get what is broadcast", async () => {
  using folder = temporaryFolder();
  using served = serve(folder.path);
  using first = await connect(served.run.path, { as: "lines", name: "a" });
  using second = await connect(served.run.path, { as: "lines", name: "b" });
  const viewers = { names: ["a"], driver: null };
  const said = { ...snapshot, viewers };
  expect(first.hello).toEqual({ kind: "hello", version: 2, run: "first", viewer: "a", snapshot: said });
  expect(served.server.viewers).toEqual({ names: ["a", "b"], driver: null });
  expect(await first.send({ command: "pause" })).toBe("did pause");
  const refusal = await second.send({ command: "resume" }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(RunError);
  expect((refusal as RunError).message).toBe("the run is not paused");
  served.server.broadcast({ kind: "step", step: 3, metrics: { loss: 0.5 } });
  for (const client of [first, second]) {
    const messages: ServerMessage[] = [];
    for await (const message of client) {
      messages.push(message);
      if (messages.length === 2) break;
    }
    expect(messages.map((message) => message.kind)).toEqual(["hello", "step"]);
  }
  expect(served.commands).toEqual(["a: pause", "b: resume"]);
});

test("the first screen drives; others see who, are refused, and take over; the next one follows who leaves", async () => {
  using folder = temporaryFolder();
  using served = serve(folder.path);
  using ada = await connect(served.run.path, { as: "screen", name: "ada" });
  using bob = await connect(served.run.path, { as: "screen", name: "bob" });
  using third = await connect(served.run.path, { as: "screen", name: "bob" });
  expect(third.hello.viewer).toBe("bob (2)");
  expect(third.hello.snapshot.viewers).toEqual({ names: ["ada", "bob", "bob (2)"], driver: "ada" });
  await ada.send({ command: "pause" });
  const refusal = await bob.send({ command: "step" }).catch((error: unknown) => error);
  expect((refusal as RunError).message).toBe("ada drives. `:drive` takes over.");
  expect(await bob.send({ command: "drive" })).toBe("bob drives, before ada");
  await bob.send({ command: "step" });
  expect(((await ada.send({ command: "pause" }).catch((error: unknown) => error)) as RunError).message).toBe(
    "bob drives. `:drive` takes over.",
  );
  const told: (string | null)[] = [];
  for await (const message of ada) {
    if (message.kind === "snapshot") told.push(message.snapshot.viewers.driver);
    if (told.length === 1) break;
  }
  expect(told).toEqual(["bob"]);
  bob.close();
  while (served.server.viewers.driver === "bob") await Bun.sleep(2);
  expect(served.server.viewers).toEqual({ names: ["ada", "bob (2)"], driver: "ada" });
  expect(served.commands).toEqual(["ada: pause", "bob: step"]);
  expect(served.lines).toEqual(["bob drives, before ada", "ada drives"]);
});

test("a single command and a headless viewer do not drive, and what they ask for is done", async () => {
  using folder = temporaryFolder();
  using served = serve(folder.path);
  using lines = await connect(served.run.path, { as: "lines", name: "lines" });
  using screen = await connect(served.run.path, { as: "screen", name: "screen" });
  using command = await connect(served.run.path, { as: "command", name: "runs" });
  expect(command.hello.snapshot.viewers).toEqual({ names: ["lines", "screen"], driver: "screen" });
  for (const client of [lines, command]) expect(await client.send({ command: "pause" })).toBe("did pause");
  expect(await lines.send({ command: "set", key: "steps", value: "3" })).toBe("did set");
  const refusal = await command.send({ command: "drive" }).catch((error: unknown) => error);
  expect((refusal as RunError).message).toContain("only a screen drives");
  expect(screen.hello.snapshot.viewers.driver).toBe("screen");
  expect(served.commands).toEqual(["lines: pause", "runs: pause", "lines: set"]);
});

test("malformed input is answered and the engine goes on", async () => {
  using folder = temporaryFolder();
  using served = serve(folder.path);
  const viewer = await rawConnection(served.socket);
  viewer.write(
    'not json\n{"kind":"command","id":7,"command":"explode"}\n{"kind":"command","id":8,"command":"stop"}\n',
  );
  const replies = await viewer.until(3);
  expect(replies.map((reply) => reply.kind === "reply" && [reply.id, reply.ok])).toEqual([
    [0, false],
    [7, false],
    [8, false],
  ]);
  viewer.write('{"kind":"hello","version":2,"viewer":"raw","as":"lines"}\n');
  expect((await viewer.until(4))[3]?.kind).toBe("hello");
  viewer.write("x".repeat(20_000));
  await viewer.closed;
  expect(served.commands).toEqual([]);
  using client = await connect(served.run.path);
  expect(await client.send({ command: "pause" })).toBe("did pause");
});

test("another protocol version is told and refused", async () => {
  using folder = temporaryFolder();
  using served = serve(folder.path);
  const viewer = await rawConnection(served.socket);
  viewer.write('{"kind":"hello","version":99,"viewer":"newer"}\n');
  await viewer.closed;
  expect(viewer.lines).toEqual([
    { kind: "reply", id: 0, ok: false, message: "the engine speaks version 2, the viewer version 99" },
  ]);
});

test("a viewer that does not read is dropped; others are served", async () => {
  using folder = temporaryFolder();
  using served = serve(folder.path);
  const slow = Bun.spawn(
    [
      process.execPath,
      "-e",
      `await Bun.connect({ unix: ${JSON.stringify(served.socket)}, socket: { open(s) { s.write('{"kind":"hello","version":2,"viewer":"slow","as":"lines"}\\n'); s.pause(); }, data() {} } });
       setInterval(() => {}, 1000);`,
    ],
    { stdout: "inherit" },
  );
  while (served.server.viewers.names.length < 1) await Bun.sleep(2);
  using client = await connect(served.run.path, { as: "lines" });
  const text = "x".repeat(100_000);
  let sent = 0;
  while (served.server.viewers.names.length > 1 && sent < 2000) {
    served.server.broadcast({ kind: "live", role: "solve", type: "deduction", text });
    sent++;
    await Bun.sleep(0);
  }
  expect(served.server.viewers.names.length).toBe(1);
  expect(await client.send({ command: "pause" })).toBe("did pause");
  slow.kill();
  await slow.exited;
});

test("a broken connection is made again while the engine lives", async () => {
  using folder = temporaryFolder();
  using served = serve(folder.path);
  using client = await connect(served.run.path);
  served.server[Symbol.dispose]();
  using _again = new ControlServer({
    socket: served.socket,
    run: "first",
    snapshot: () => ({ ...snapshot, step: 4 }),
    onCommand: async () => "again",
    onLine: () => undefined,
  });
  const steps: number[] = [];
  for await (const message of client) {
    if (message.kind === "hello") steps.push(message.snapshot.step);
    if (steps.length === 2) break;
  }
  expect(steps).toEqual([2, 4]);
  expect(await client.send({ command: "pause" })).toBe("again");
});

test("without an engine a connection is refused with the way to go on", async () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "first"), makeConfig());
  const refusal = await connect(run.path).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(RunError);
  expect((refusal as RunError).mend).toContain("--resume");
});

test("only the owner may connect, and long paths get a short socket", () => {
  using folder = temporaryFolder();
  using served = serve(folder.path);
  expect(statSync(served.socket).mode & 0o777).toBe(0o600);
  expect(socketPath("/runs/first")).toBe("/runs/first/control.sock");
  const long = join("/runs", "x".repeat(100));
  const short = socketPath(long, folder.path);
  expect(Buffer.byteLength(short)).toBeLessThan(104);
  expect(socketPath(long, folder.path)).toBe(short);
  expect(socketPath(`${long}y`, folder.path)).not.toBe(short);
  const hostile = join(folder.path, "shared");
  mkdirSync(hostile);
  mkdirSync(join(hostile, `azr-tui-${process.getuid?.()}`), { mode: 0o755 });
  expect(() => socketPath(long, hostile)).toThrow(RunError);
});
