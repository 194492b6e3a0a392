import { expect, test } from "bun:test";
import { readUsage, usageByPs } from "../../src/sandbox/process-table.ts";

test.each([
  // macOS, then Linux.
  ["  0:01.23  10240\n", 1230, 10 << 20],
  ["123:59.99 8", 7_439_990, 8192],
  ["00:00:07  4096\n", 7000, 4 << 20],
  ["2-03:04:05 1", 183_845_000, 1024],
])("a line of ps: %j", (line, cpuMs, peakBytes) => {
  expect(readUsage(line)).toEqual({ cpuMs, peakBytes });
});

test.each(["", "\n", "0:01.23", "x:01 5", "0:01.23 10 20"])("no line of ps: %j", (line) => {
  expect(readUsage(line)).toBeUndefined();
});

test("ps tells of this process, and nothing of one that is not there", () => {
  expect(usageByPs(process.pid)?.peakBytes).toBeGreaterThan(10 << 20);
  expect(usageByPs(2 ** 22 + 1)).toBeUndefined();
});
