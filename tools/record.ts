#!/usr/bin/env bun
/**
 * Records a run that is at work, for `azr-tui attach --replay`: `bun tools/record.ts <run> <file> [steps] [kept]`.
 * Follows the engine until that many more steps are finished (2 when absent), or it ends; then takes the database, with
 * the rollouts of so many of the last steps (all when absent). With 0 steps it needs no engine: it takes the figures
 * and settings alone, up to a step (all when absent).
 */
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Database } from "bun:sqlite";
import { connect } from "../src/engine/client.ts";
import type { ServerMessage } from "../src/engine/protocol.ts";
import { viewerName } from "../src/engine/viewer-name.ts";
import { RunDirectory } from "../src/runs/index.ts";
import { type RecordedMessage, writeRecording } from "../src/tui/replay/recording.ts";

/** Least time between two messages of these kinds, milliseconds: what a viewer sees hardly differs. */
const THINNED = { snapshot: 400, live: 400 };

const [path, file, steps = "2", kept] = process.argv.slice(2);
if (!path || !file) throw new Error("bun tools/record.ts <run> <file> [steps] [kept]");
const run = RunDirectory.open(path);
const startedAt = Date.now();
const { step } = run.status();
const last: Record<string, number> = {};
const followed = Number(steps) > 0 ? await follow(Number(steps)) : [];
writeRecording(file, {
  name: run.name,
  startedAt,
  step,
  config: readFileSync(run.configPath, "utf8"),
  database: copyOf(run.databasePath),
  messages: followed,
});

async function follow(count: number): Promise<RecordedMessage[]> {
  const messages: RecordedMessage[] = [];
  using client = await connect(run.path, { as: "command", name: "recorder" });
  let done = 0;
  for await (const message of client) {
    const at = Date.now() - startedAt;
    if (wanted(message, at)) messages.push({ at, message });
    if (message.kind === "step" && ++done >= count) break;
  }
  return messages;
}

function wanted(message: ServerMessage, at: number): boolean {
  const gap = message.kind === "snapshot" || message.kind === "live" ? THINNED[message.kind] : 0;
  // A change of phase is always seen.
  const kind = message.kind === "snapshot" ? `snapshot ${message.snapshot.progress?.phase}` : message.kind;
  if (gap > 0 && at - (last[kind] ?? Number.NEGATIVE_INFINITY) < gap) return false;
  last[kind] = at;
  return true;
}

/** A whole and compact copy of a database that is being written. */
function copyOf(from: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "azr-record-"));
  try {
    const to = join(folder, "run.sqlite");
    using database = new Database(from, { readonly: true });
    database.run("VACUUM INTO ?", [to]);
    {
      using copy = new Database(to);
      // Nothing of this machine: where the engine was reached, where its files and others lay, who commanded it.
      copy.run("DELETE FROM engine");
      copy.run("DELETE FROM evaluations WHERE json_extract(settings, '$.data') IS NOT NULL");
      copy.run("UPDATE machine SET value = replace(value, ?, '')", [`${process.cwd()}/`]);
      copy.run("UPDATE machine SET value = replace(value, ?, '~')", [homedir()]);
      copy.run("UPDATE events SET message = replace(message, ?, 'user@host')", [
        viewerName().replace(/:\d+$/, ""),
      ]);
      if (Number(steps) === 0)
        figuresAlone(copy, Number(kept ?? step));
      else if (kept !== undefined)
        copy.run("DELETE FROM rollouts WHERE step <= (SELECT max(step) FROM steps) - ?", [Number(kept)]);
      copy.run("VACUUM");
    }
    return readFileSync(to);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function figuresAlone(copy: Database, until: number): void {
  for (const table of ["rollouts", "task_updates", "tasks", "evaluation_samples", "machine", "events"])
    copy.run(`DELETE FROM ${table}`);
  for (const table of ["steps", "metrics", "evaluations", "checkpoints"])
    copy.run(`DELETE FROM ${table} WHERE step > ?`, [until]);
}
