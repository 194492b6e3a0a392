import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commitEvaluation, commitStep, RunDirectory, rewind } from "../../src/runs/index.ts";
import { follow } from "../../src/tracking/follow.ts";
import { crc32c, maskedCrc32c } from "../../src/tracking/tensorboard/crc32c.ts";
import { scalarValue, summaryEvent, versionEvent } from "../../src/tracking/tensorboard/event.ts";
import { tensorboard } from "../../src/tracking/tensorboard/event-file.ts";
import { frameRecord } from "../../src/tracking/tensorboard/record.ts";
import { makeCommit, makeConfig, temporaryFolder } from "../runs/fixtures.ts";
import { eventFiles, readScalars } from "./event-reader.ts";

const say = () => undefined;

test("CRC-32C and its mask equal RFC 3720's and TensorFlow's examples", () => {
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(maskedCrc32c(new Uint8Array(32))).toBe(
    (((0x8a9136aa >>> 15) | (0x8a9136aa << 17)) + 0xa282ead8) >>> 0,
  );
});

test("records and events are these bytes", () => {
  const record = frameRecord(Buffer.from("abc"));
  expect(record.readBigUInt64LE(0)).toBe(3n);
  expect(record.readUInt32LE(8)).toBe(maskedCrc32c(record.subarray(0, 8)));
  expect(record.subarray(12, 15).toString()).toBe("abc");
  expect(record.readUInt32LE(15)).toBe(maskedCrc32c(Buffer.from("abc")));
  expect(versionEvent(1000).toString("hex")).toBe(
    `09000000000000f03f1a0d${Buffer.from("brain.Event:2").toString("hex")}`,
  );
  expect(summaryEvent(1000, 300, [scalarValue("a", 1)]).toString("hex")).toBe(
    "09000000000000f03f10ac022a0a0a080a0161150000803f",
  );
});

test("a run's figures and evaluations are in one file, each step once", async () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "first"), makeConfig());
  using database = run.openDatabase();
  for (const step of [0, 1, 2, 3]) {
    commitStep(database, makeCommit(step, { metrics: { loss: step / 8, bad: Number.NaN } }));
  }
  const evaluation = { step: 2, benchmark: "humaneval", settings: {}, startedAt: 1, finishedAt: 2 };
  commitEvaluation(database, { ...evaluation, scores: { "pass@1": 0.25 } }, []);
  const directory = join(folder.path, "events");
  expect(await follow(run, tensorboard(directory), { say })).toBe(4);
  expect(readScalars(directory)).toEqual({
    loss: [
      [0, 0],
      [1, 0.125],
      [2, 0.25],
      [3, 0.375],
    ],
    bad: [0, 1, 2, 3].map((step) => [step, Number.NaN]),
    "evaluation/humaneval/pass@1": [[2, 0.25]],
  });
});

test("written again after a rewind and other steps, no step is twice and none is left of before", async () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "first"), makeConfig());
  using database = run.openDatabase();
  for (const step of [1, 2, 3, 4]) commitStep(database, makeCommit(step, { metrics: { loss: step } }));
  const directory = join(folder.path, "events");
  // Files of others stay; one that a killed tracker left half-written goes.
  mkdirSync(directory);
  writeFileSync(join(directory, "events.out.tfevents.1.other"), "");
  await follow(run, tensorboard(directory), { say });
  const [first = ""] = eventFiles(directory);
  const identity = /azr-(\w+)$/.exec(first)?.[1];
  writeFileSync(join(directory, `.azr-${identity}.1.partial`), "half");
  rewind(database, 2);
  commitStep(database, makeCommit(3, { metrics: { loss: 30 } }));
  await follow(run, tensorboard(directory), { say });
  expect(readScalars(directory)).toEqual({
    loss: [
      [1, 1],
      [2, 2],
      [3, 30],
    ],
  });
  expect(readdirSync(directory).sort()).toEqual(
    [...eventFiles(directory), "events.out.tfevents.1.other"].sort(),
  );
  expect(eventFiles(directory)).toHaveLength(1);
});

test("a file that cannot be written is an error that says where and why", async () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "first"), makeConfig());
  const taken = join(folder.path, "taken");
  writeFileSync(taken, "");
  await expect(follow(run, tensorboard(join(taken, "events")), { say })).rejects.toThrow(
    /event files cannot be written into/,
  );
  expect(readFileSync(taken, "utf8")).toBe("");
});
