import { expect, test } from "bun:test";
import { loadConfig } from "../../src/config/load.ts";
import { readAzrMini } from "../../src/evaluation/benchmarks/azr-mini.ts";
import { scoreCompletions } from "../../src/evaluation/foreign-samples.ts";
import { openSandbox } from "../../src/sandbox/index.ts";
import { pythonRepr } from "../../src/sandbox/literals.ts";

test("100 of 100 references pass and 200 of 200 near misses fail", async () => {
  const benchmark = await readAzrMini();
  await using executor = await openSandbox(loadConfig().sandbox);
  const completions = benchmark.problems.flatMap(({ id, reference, wrong }) =>
    [reference, ...wrong.map(({ solution }) => solution)].map((completion) => ({ task_id: id, completion })),
  );
  const records = await scoreCompletions({ benchmark, completions, executor });
  const told = (right: boolean) =>
    records
      .filter(({ sample }) => (sample === 0) === right)
      .map(({ task_id, sample, passed, verdict }) => ({ task_id, sample, passed, verdict }));
  expect(told(true).filter(({ passed }) => !passed)).toEqual([]);
  expect(told(true)).toHaveLength(100);
  expect(told(false).filter(({ passed }) => passed)).toEqual([]);
  expect(told(false)).toHaveLength(200);
  // A mistake gives a wrong value or raises; none is refused for its form or its time.
  expect(new Set(told(false).map(({ verdict }) => verdict))).toEqual(new Set(["wrong-answer", "exception"]));
}, 120_000);

test("what the docstrings show is what the references return", async () => {
  const { problems } = await readAzrMini();
  const shown = problems.flatMap(({ prompt }) =>
    [...prompt.matchAll(/^ {4}>>> (.*)\n {4}(.*)$/gm)].map(([, call = "", value = ""]) => ({ call, value })),
  );
  expect(shown.length).toBeGreaterThanOrEqual(100);
  await using executor = await openSandbox(loadConfig().sandbox);
  const program = problems.map(({ prompt, reference }) => prompt + reference).join("\n");
  const result = await executor.run({ program, calls: shown.map(({ call }) => call), timeoutMs: 10_000 });
  expect(result.verdict).toBe("ok");
  const made = result.calls.map(({ value }, i) => ({
    call: shown[i]?.call,
    value: value && pythonRepr(value),
  }));
  expect(made).toEqual(shown);
});
