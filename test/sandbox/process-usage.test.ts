import { expect, test } from "bun:test";
import { cpuTime, readUsage, usageByPs } from "../../src/sandbox/process-table.ts";

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

test.each([
  ["1234567890 5 6", 1234.56789],
  // A kernel without the fine count, or one that leaves it at 0.
  ["0 0 0", 70],
  [undefined, 70],
])("CPU time by schedstat %j, else by ticks", (schedstat, milliseconds) => {
  // From the third field of /proc/<pid>/stat on: 5 ticks in user mode, 2 in the kernel.
  const stat = "S 1 1 1 0 -1 0 0 0 0 0 5 2 0 0".split(" ");
  expect(cpuTime(stat, schedstat)).toBeCloseTo(milliseconds, 6);
});
