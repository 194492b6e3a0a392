import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { type AzrMiniProblem, readAzrMini } from "../../src/evaluation/benchmarks/azr-mini.ts";
import { AZR_MINI_BANDS } from "../../src/evaluation/benchmarks/azr-mini-data.ts";
import { fetchData } from "../../src/evaluation/data.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const { problems } = await readAzrMini(await fetchData("azr-mini"));
/** What is wrong with a problem by a rule, with its id: a failure names them all. */
const faults = (rule: (problem: AzrMiniProblem) => boolean): string[] =>
  problems.filter((problem) => !rule(problem)).map(({ id }) => id);
const bodies = ({ reference, wrong }: AzrMiniProblem) => [
  reference,
  ...wrong.map(({ solution }) => solution),
];

test("a hundred problems, at least thirty a band, numbered by band; names and prompts are unique", () => {
  expect(problems).toHaveLength(100);
  for (const band of AZR_MINI_BANDS) {
    const ids = problems.filter(({ group }) => group === band).map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(30);
    expect(ids).toEqual(ids.map((_, i) => `azr-mini/${band}/${String(i + 1).padStart(2, "0")}`));
  }
  expect(new Set(problems.map(({ entryPoint }) => entryPoint)).size).toBe(100);
  expect(new Set(problems.flatMap(bodies)).size).toBeGreaterThan(270);
});

test("a prompt is a signature of the entry point and a docstring with one or two examples, and ends behind it", () => {
  const form = /^def (\w+)\([\w, ]+\):\n {4}"""[A-Z].*\n( {4}.*\n)* {4}"""\n$/;
  expect(faults(({ prompt, entryPoint }) => form.exec(prompt)?.[1] === entryPoint)).toEqual([]);
  const examples = ({ prompt, entryPoint }: AzrMiniProblem) =>
    prompt.match(new RegExp(`^ {4}>>> ${entryPoint}\\(.*\\n {4}\\S`, "gm"))?.length ?? 0;
  expect(faults((problem) => [1, 2].includes(examples(problem)))).toEqual([]);
  expect(faults(({ prompt }) => prompt.split("\n").every((line) => line.length <= 100))).toEqual([]);
});

test("every body is indented to stand behind the prompt, and stays whole when a completion is cut at the stops", async () => {
  const { stop } = await readAzrMini();
  const isBody = (body: string) => /^ {4}\S/.test(body) && body.endsWith("\n") && !/^\S/m.test(body);
  expect(faults((problem) => bodies(problem).every(isBody))).toEqual([]);
  expect(faults((problem) => bodies(problem).every((body) => stop.every((s) => !body.includes(s))))).toEqual(
    [],
  );
});

test("tests call the candidate at least four times, on the examples too; mistakes are two, each named", () => {
  const calls = ({ test }: AzrMiniProblem) => test.match(/^ {4}assert candidate\(/gm)?.length ?? 0;
  expect(faults((problem) => problem.test.startsWith("def check(candidate):\n"))).toEqual([]);
  expect(faults((problem) => calls(problem) >= 4)).toEqual([]);
  const shown = ({ prompt, entryPoint, test }: AzrMiniProblem) =>
    [...prompt.matchAll(/>>> \w+(\(.*\))(?: is None)?$/gm)].every(([, args]) =>
      test.includes(`candidate${args}`),
    ) && !test.includes(`${entryPoint}(`);
  expect(faults(shown)).toEqual([]);
  expect(
    faults(({ wrong, reference }) => wrong.length === 2 && wrong.every((w) => w.solution !== reference)),
  ).toEqual([]);
  expect(faults(({ wrong }) => wrong.every(({ why }) => /^[a-z].*[^.]$/.test(why)))).toEqual([]);
});

test("the easy band is short: one sentence and one line, two lines of choice at most", () => {
  const easy = problems.filter(({ group }) => group === "easy");
  for (const { id, prompt, reference } of easy) {
    const sentence = prompt.slice(0, prompt.indexOf(">>>")).trim().split("\n").slice(1);
    expect({ id, lines: sentence.length }).toEqual({ id, lines: 1 });
    const lines = reference.trim().split("\n").length;
    if (id !== "azr-mini/easy/35") expect({ id, lines }).toEqual({ id, lines: 1 });
  }
});

test("a file of one's own: YAML with the same fields; what is wrong is named with its line and field", async () => {
  const path = join(folder.path, "own.yaml");
  const record = (band: string) => `- task_id: own/1
  band: ${band}
  topic: lists
  entry_point: f
  prompt: "def f(x):\\n"
  canonical_solution: |2
        return x
  test: |
    def check(candidate):
        assert candidate(1) == 1
  wrong:
    - { why: adds one, solution: "    return x + 1" }
    - { why: gives nothing, solution: "    return None" }
`;
  await Bun.write(path, record("easy"));
  const own = await readAzrMini([path]);
  expect(own.problems).toMatchObject([{ id: "own/1", group: "easy", reference: "    return x\n" }]);
  const cases: [string, RegExp][] = [
    [`${record("easy")}\n${record("light")}`, /own\.yaml:15: field band: expected .*"easy"/],
    ["- [1", /own\.yaml is not YAML/],
    ["a: 1\n", /holds no list of problems/],
    ["", /holds no list of problems/],
    ["- 5\n", /own\.yaml:1: field the record: expected Object, got 5/],
  ];
  for (const [text, message] of cases) {
    await Bun.write(path, text);
    await expect(readAzrMini([path])).rejects.toThrow(message);
  }
  await expect(readAzrMini([join(folder.path, "absent.yaml")])).rejects.toThrow("cannot be read");
});
