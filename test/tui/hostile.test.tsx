import { afterAll, expect, test } from "bun:test";
import { App } from "../../src/tui/app.tsx";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { mount } from "./screen.tsx";
import { liveSnapshot, ScriptedSource } from "./scripted-source.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** Each would do something to a terminal: erase, colour, retitle, fill the clipboard, ring, turn the text about. */
const HOSTILE = [
  "\x1b[2J",
  "\x1b[31;7mX",
  "\x1b]0;owned\x07",
  "\x1b]52;c;b3duZWQ=\x07",
  "\x1bPq#0\x1b\\",
  "\x9b2J",
  "\x9d0;owned\x9c",
  "\x07",
  "\x08",
  "\r",
  "\x7f",
  "\u202e",
  "\u2066",
  "\u2028",
  "\ufeff",
];
const TEXT = `a${HOSTILE.join("b")}c`;
/** None of these is Ink's own. */
const RAW = [
  "\x1b[2J",
  "\x1b[31;7m",
  "]0;owned\x07",
  "\x1b]52;",
  "\x1bPq",
  "\x9b",
  "\x9d",
  "\x07",
  "\u202e",
  "\u2066",
  "\u2028",
];

test("no text of a model, a program or another viewer reaches the terminal raw, on any screen", async () => {
  const run = recordRun(folder.path, { evaluated: [4] });
  using writer = run.openDatabase();
  const list = JSON.stringify([TEXT]);
  writer.run("UPDATE tasks SET program = ?, inputs = ?, outputs = ?, message = ?", [TEXT, list, list, TEXT]);
  writer.run(
    "UPDATE rollouts SET prompt = ?, response = ?, answer = ?, detail = ?, verdict = ?, finish = ?, flags = ?",
    [
      ...[
        TEXT,
        `<think>${TEXT}</think><answer>\`\`\`python\n${TEXT}\n\`\`\`</answer>`,
        TEXT,
        TEXT,
        TEXT,
        TEXT,
      ],
      list,
    ],
  );
  writer.run("UPDATE events SET source = ?, message = ?", [TEXT, TEXT]);
  writer.run("UPDATE run SET name = ?", [TEXT]);
  using source = new ScriptedSource(run);
  using screen = mount(<App source={source} onDepart={() => undefined} />, 120, 40);
  const { sandbox } = liveSnapshot();
  source.show({
    state: "running",
    viewer: "me",
    snapshot: liveSnapshot({
      viewers: { names: ["me", TEXT], driver: TEXT },
      sandbox: { ...sandbox, backend: TEXT, verdicts: { [TEXT]: 3 } },
      flags: { [TEXT]: 2 },
    }),
    live: { role: "solve", type: "deduction", text: TEXT },
    log: { at: 0, level: "warning", source: TEXT, message: TEXT },
  });
  for (const number of ["1", "2", "3", "4", "5", "6"]) {
    await screen.press(number);
    source.show({ notice: { text: TEXT, bad: true } });
    await screen.press("\r", "G", "w", "\x1b", "?", "\x1b");
  }
  await screen.press(`:\x1b[200~${TEXT}\x1b[201~\r`, "\x1b");
  source.show({ notice: null });
  await screen.press("2", `/\x1b[200~${TEXT}\x1b[201~`);
  const written = screen.written();
  const around = (raw: string) => JSON.stringify(written.slice(written.indexOf(raw) - 60).slice(0, 80));
  expect(RAW.filter((raw) => written.includes(raw)).map(around)).toEqual([]);
  // Nothing was left out: it is drawn with a dot for each character that would act.
  expect(written).toContain("a·[2Jb·[31;7mX");
});

test("figures that are no numbers, and endless ones, are drawn", async () => {
  const run = recordRun(folder.path, { name: "endless" });
  using writer = run.openDatabase();
  // NaN is NULL in the database.
  writer.run(
    "UPDATE metrics SET value = CASE step % 4 WHEN 0 THEN NULL WHEN 1 THEN 9e999 WHEN 2 THEN -9e999 ELSE 1e300 END",
  );
  using source = new ScriptedSource(run);
  using screen = mount(<App source={source} onDepart={() => undefined} />, 120, 40);
  const bad = {
    generationRate: Number.NaN,
    updateRate: Number.POSITIVE_INFINITY,
    etaMs: Number.POSITIVE_INFINITY,
  };
  source.show({ state: "running", snapshot: liveSnapshot(bad) });
  for (const key of ["1", "2", "3", "4", "5", "6", "1"]) {
    await screen.press(key);
    expect(await screen.text()).not.toMatch(/fault of azr-tui/);
  }
  expect(await screen.text()).toContain("[1 Dashboard]");
});
