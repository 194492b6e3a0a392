import { afterAll, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ModelLoadError } from "../../src/errors/index.ts";
import { App } from "../../src/tui/app.tsx";
import type { Place } from "../../src/tui/navigation.tsx";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { expectWhole } from "./frame-shape.ts";
import { mount } from "./screen.tsx";
import { mountPlaces, ScriptedServices } from "./scripted-services.tsx";
import { liveSnapshot, ScriptedSource } from "./scripted-source.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** Each would do something to a terminal: erase, colour, retitle, fill the clipboard, ring, turn the text about. */
const HOSTILE = [
  "\x1b[2J",
  "\x1b[31;7mX",
  "\x1b]0;owned\x07",
  "\x1b]52;c;b3duZWQ=\x07",
  "\x1b]8;;http://evil.example\x1b\\",
  "\x1bPq#0\x1b\\",
  "\x1b_Gq\x1b\\",
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
  "\x1b]8;;",
  "\x1bPq",
  "\x1b_G",
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

test("nor does a name, a setting or an error, in the places that are no run", async () => {
  const runs = join(folder.path, "runs");
  // A directory may be called anything but what holds a slash.
  const name = TEXT.replaceAll("/", "");
  for (const one of [name, `other ${name}`]) recordRun(runs, { name: one, steps: 2, state: "stopped" });
  mkdirSync(join(runs, `broken ${name}`));
  writeFileSync(join(runs, `broken ${name}`, "config.json"), `{"${name}`);
  const services = new ScriptedServices(runs);
  services.models = async () => [{ source: TEXT, about: TEXT, bytes: 1, state: "fetched" }];
  services.refusal = new ModelLoadError(TEXT, { mend: TEXT });
  const written: string[] = [];
  const visit = async (place: Place, ...keys: string[]) => {
    using stage = await mountPlaces(services, place, 120, 40);
    await stage.screen.press(...keys);
    for (const line of (await stage.screen.text()).split("\n"))
      expect(Bun.stringWidth(line)).toBeLessThanOrEqual(120);
    written.push(stage.screen.written());
  };
  await visit(
    { kind: "home" },
    " ",
    " ",
    " ",
    "c",
    "\x1b",
    "d",
    "n",
    "r",
    "\x1b",
    `/\x1b[200~${TEXT}\x1b[201~`,
  );
  await visit(
    { kind: "compare", runs: [name, `other ${name}`].map((one) => join(runs, one)) },
    "?",
    "\x1b",
    "\t",
  );
  await visit({ kind: "form", model: TEXT }, "\r", `\x1b[200~${TEXT}\x1b[201~`, "\r", "s");
  for (const raw of RAW) expect([raw, written.findIndex((text) => text.includes(raw))]).toEqual([raw, -1]);
  expect(written.join("")).toContain("a·[2Jb·[31;7mX");
});

test("wide, combined and joined characters shift no border, on any screen", async () => {
  const run = recordRun(folder.path, { name: "wide", evaluated: [4] });
  using writer = run.openDatabase();
  const wide = "日本語のプログラム e\u0301\u0327 ｆｕｌｌ한국어\u200b ".repeat(4);
  writer.run("UPDATE tasks SET program = ?, message = ?", [wide, wide]);
  writer.run("UPDATE rollouts SET prompt = ?, response = ?, answer = ?, detail = ?", [
    wide,
    wide,
    wide,
    wide,
  ]);
  writer.run("UPDATE events SET source = ?, message = ?", [wide, wide]);
  writer.run("UPDATE run SET name = ?", [wide]);
  using source = new ScriptedSource(run);
  using screen = mount(<App source={source} onDepart={() => undefined} />, 100, 30);
  // As in the program: a character that the terminal measures otherwise shifts no row below it.
  screen.terminal.write("\x1b[?7l");
  source.show({
    state: "running",
    snapshot: liveSnapshot(),
    live: { role: "solve", type: "deduction", text: wide },
    notice: { text: wide, bad: true },
  });
  for (const keys of [["1"], ["2"], ["\r"], ["3"], ["\r"], ["4"], ["5"], ["w"], ["6"]]) {
    await screen.press(...keys);
    expectWhole(await screen.text(), 100, 30);
  }
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
  // The same run at home, and beside another.
  recordRun(folder.path, { name: "plain" });
  const paths = ["endless", "plain"].map((name) => join(folder.path, name));
  for (const place of [{ kind: "home" }, { kind: "compare", runs: paths }] as const) {
    using stage = await mountPlaces(new ScriptedServices(folder.path), place, 120, 40);
    await stage.screen.press("G", "l", "m");
    expect(await stage.screen.text()).toContain("endless");
    expect(await stage.screen.text()).not.toMatch(/fault of azr-tui|NaN/);
  }
});
