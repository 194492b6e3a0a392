import { expect, test } from "bun:test";
import { run } from "./command-line.ts";

test("propose: templates at a difficulty, validated, the same from the same seed", async () => {
  const command = ["propose", "--type", "deduction", "--difficulty", "0.7", "--count", "3", "--seed", "5"];
  const [once, again] = [await run([...command, "--json"]), await run([...command, "--json"])];
  expect(once.code, once.stderr).toBe(0);
  expect(again.stdout).toBe(once.stdout);
  const tasks = JSON.parse(once.stdout);
  expect(tasks.map((task: { verdict: string }) => task.verdict)).toEqual(["ok", "ok", "ok"]);
  expect(tasks[0]).toMatchObject({ origin: "template", difficulty: 0.7, outputs: [expect.any(String)] });
  const text = await run(command);
  expect(text.stdout).toContain(`assert f(${tasks[2].inputs[0]}) == ${tasks[2].outputs[0]}`);
}, 60_000);

test("propose --model: SmolLM2 writes the tasks, each with its verdict", async () => {
  const command = ["propose", "--model", "smollm2-135m", "--type", "abduction", "-n", "4", "--json"];
  const { code, stdout, stderr } = await run([...command, "--max-tokens", "60"]);
  expect(code, stderr).toBe(0);
  const tasks = JSON.parse(stdout);
  expect(tasks.length).toBe(4);
  for (const { origin, verdict, response, outputs } of tasks) {
    expect(origin).toBe("proposed");
    expect(response).not.toBe("");
    expect(outputs.length).toBe(verdict === "ok" ? 1 : 0);
  }
}, 180_000);

test("propose refuses a difficulty and a type that there are not", async () => {
  const hard = await run(["propose", "--difficulty", "1.5"]);
  expect([hard.code, hard.stdout]).toEqual([2, ""]);
  expect(hard.stderr).toContain("expected a number from 0 to 1");
  const odd = await run(["propose", "--type", "poetry"]);
  expect(odd.code).toBe(2);
  expect(odd.stderr).toContain("Allowed choices are deduction");
}, 60_000);
