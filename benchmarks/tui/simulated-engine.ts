/**
 * An engine that trains nothing and says what one says: `bun simulated-engine.ts <runDir> <messages a second> <steps
 * a second> [busy]`. Half of the messages are snapshots, half live texts; every step is stored with its figures. With
 * `busy` two threads count as fast as they can beside it, as training does.
 */

import { ControlServer } from "../../src/engine/control.ts";
import type { Snapshot } from "../../src/engine/protocol.ts";
import { socketPath } from "../../src/engine/socket-path.ts";
import { stream } from "../../src/random/stream.ts";
import { announceSocket, claimEngine, RunDirectory, runStatus, setRunState } from "../../src/runs/index.ts";
import { commitLongStep } from "../../test/fixtures/long-run.ts";
import { LIVE_TEXT, liveSnapshot } from "../../test/tui/scripted-source.ts";

const [path = "", messages = "10", steps = "0.1", busy = ""] = process.argv.slice(2);
const TICK_MS = 20;

const run = RunDirectory.open(path);
const database = run.openDatabase();
claimEngine(database);
setRunState(database, "running");
const draws = stream(3, "simulated engine");
let { step } = runStatus(database);
let said = 0;
let began = performance.now();

function snapshot(): Snapshot {
  const done = said % 18;
  return liveSnapshot({
    step,
    totalSteps: 1_000_000,
    pid: process.pid,
    viewers: server.viewers,
    progress: {
      phase: "propose",
      step: step + 1,
      done,
      total: 18,
      unit: "samples",
      rate: 0.4,
      elapsedMs: said * 100,
    },
    generationRate: 80 + (said % 10),
    memory: { active: 5e8 + said * 10, peak: 9e8, cache: 2e8, resident: 1.2e9 },
  });
}

const socket = socketPath(run.path);
const server = new ControlServer({
  socket,
  run: run.name,
  snapshot,
  onCommand: async () => "done",
  onLine: () => undefined,
});
announceSocket(database, socket);

/** Says and stores what is due since the beginning. */
function tick(): void {
  const seconds = (performance.now() - began) / 1000;
  const due = Math.floor(seconds * Number(messages));
  // A viewer that cannot keep up is not buried: what it missed is not said later.
  const first = Math.max(said, due - Number(messages));
  for (said = first; said < due; said++) {
    if (said % 2 === 0) server.broadcast({ kind: "snapshot", snapshot: snapshot() });
    else {
      const text = LIVE_TEXT.text.repeat(8).slice(0, (said * 7) % (LIVE_TEXT.text.length * 8));
      server.broadcast({ kind: "live", role: "propose", type: "abduction", text });
    }
  }
  for (; stored < Math.floor(seconds * Number(steps)); stored++) {
    commitLongStep(database, ++step, draws);
    server.broadcast({ kind: "step", step, metrics: {} });
  }
}
let stored = 0;

while (server.viewers.names.length === 0) await Bun.sleep(5);
if (busy) for (let i = 0; i < 2; i++) new Worker("data:text/javascript,for(;;);");
began = performance.now();
setInterval(tick, TICK_MS);
