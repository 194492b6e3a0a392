import { afterAll, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkDraft } from "../../../src/config/draft.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { presetNames } from "../../../src/config/preset.ts";
import { configFields } from "../../../src/config/shape.ts";
import { ConfigError } from "../../../src/errors/index.ts";
import { formYaml, withYaml } from "../../../src/tui/form/editor.ts";
import {
  type FormState,
  formRows,
  turned,
  withoutChange,
  withText,
} from "../../../src/tui/form/form-state.ts";
import { SHORT_LIST } from "../../../src/tui/form/short-list.ts";
import { estimateStep } from "../../../src/tui/form/step-times.ts";
import type { Place } from "../../../src/tui/navigation.tsx";
import { makeConfig, temporaryFolder } from "../../runs/fixtures.ts";
import { mountPlaces, ScriptedServices } from "../scripted-services.tsx";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** Text that arrives at once. */
const paste = (text: string) => `\x1b[200~${text}\x1b[201~`;

const blank: FormState = { name: "", preset: null, changes: {} };
const rowsOf = (state: FormState) => formRows(state, checkDraft(state), "train-1");
const rowAt = (state: FormState, path: string) => {
  const row = rowsOf(state).find((one) => one.path === path);
  if (!row) throw new Error(`no row ${path}`);
  return row;
};
const typed = (state: FormState, path: string, text: string) => withText(state, rowAt(state, path), text);

const form = (place: Partial<Extract<Place, { kind: "form" }>> = {}, columns = 100, rows = 30) => {
  const services = new ScriptedServices(folder.path);
  return mountPlaces(services, { kind: "form", ...place }, columns, rows).then((stage) => ({
    services,
    stage,
  }));
};

test("every key of the schema is a row, under the variant that it belongs to", () => {
  const variants = configFields().filter(({ path, kind }) => path.endsWith(".type") && kind === "choice");
  const reached = new Set<string>();
  for (const { path, choices } of variants)
    for (const type of choices)
      for (const row of rowsOf(typed(blank, path, String(type)))) reached.add(`${row.path}`);
  const all = new Set(configFields().map(({ path }) => path));
  expect([...all].filter((path) => !reached.has(path))).toEqual([]);
  expect(variants.length).toBeGreaterThan(3);
});

test("every row takes each of its values, and its help, type and default are those of the reference", () => {
  for (const field of configFields().filter(({ when }) => when === "")) {
    const row = rowAt(blank, field.path);
    expect(row.help).toBe(field.help);
    expect(row.type).toContain(field.type);
    if (field.kind !== "choice" && field.kind !== "boolean") continue;
    let state = blank;
    const seen = new Set<string>();
    for (const _ of row.choices) {
      const next = turned(rowAt(state, field.path), 1);
      seen.add(next ?? "");
      state = withText(state, rowAt(state, field.path), next ?? "");
      expect(rowAt(state, field.path).value).toBe(next ?? "");
    }
    expect([...seen].sort()).toEqual(row.choices.map(String).sort());
    // Once around, nothing is changed.
    expect(state.changes).toEqual({});
  }
});

test("a value is changed, from the preset or the default, and undone", () => {
  const demo = typed(blank, "preset", "smollm2");
  expect(rowAt(demo, "seed")).toMatchObject({ value: "7", from: "preset" });
  const changed = typed(demo, "seed", "8");
  expect(rowAt(changed, "seed")).toMatchObject({ value: "8", from: "changed" });
  expect(withoutChange(changed, "seed").changes).toEqual({});
  expect(typed(changed, "seed", "7").changes).toEqual({});
  expect(typed(demo, "name", "mine").name).toBe("mine");
});

test.each(presetNames().map((name) => [name]))("the YAML of %s, unedited, changes nothing", (preset) => {
  const state = { ...blank, preset };
  expect(withYaml(state, formYaml(state, checkDraft(state)))).toEqual(state);
});

test("edited YAML becomes changes; wrong YAML is refused with its line", () => {
  const state = { ...blank, preset: "smollm2" };
  const text = formYaml(state, checkDraft(state));
  const after = withYaml(state, text.replace(/^seed: .*$/m, "seed: 11"));
  expect(after.changes).toEqual({ seed: 11 });
  expect(checkDraft(after).config).toEqual(loadConfig({ preset: "smollm2", set: ["seed=11"] }));
  const wrong = () => withYaml(state, text.replace(/^seed: .*$/m, "seed: x"));
  expect(wrong).toThrow(ConfigError);
  expect(wrong).toThrow(/seed \(the YAML:2\): expected number, got "x"/);
  expect(() => withYaml(state, "a: [")).toThrow("not YAML");
  // What is wrong in the form is in its YAML, to be mended there.
  const broken = typed(blank, "steps", "many");
  expect(formYaml(broken, checkDraft(broken))).toContain("steps: many");
});

test.each([
  [60, 20],
  [80, 24],
  [140, 45],
  [200, 60],
])("the form fits %i x %i", async (columns, rows) => {
  const { stage } = await form({}, columns, rows);
  using held = stage;
  for (const key of ["G", "?", "?", "/", "\x1b"]) {
    await held.screen.press(key);
    const lines = (await held.screen.text()).split("\n");
    expect(lines.length).toBe(rows);
    for (const line of lines.filter((one) => /[╭╰│]/.test(one))) expect(Bun.stringWidth(line)).toBe(columns);
  }
  // The estimate waits until the keys pause.
  for (let i = 0; i < 100 && /memory {2}\.\.\./.test(await held.screen.text()); i++) await Bun.sleep(20);
  expect(await held.screen.text()).toMatch(/memory {2}MLX up to 1\.2 GB generating, 800 MB training, CPU/);
});

test("a setting is searched, typed with its error beside it, taken and started with", async () => {
  const { services, stage } = await form({ preset: "smollm2" });
  using held = stage;
  const { screen } = held;
  await screen.press("/", paste("learning_rate peak"), "\r");
  expect(await screen.text()).toMatch(/Settings: 2 of \d+[\s\S]*AdamW's peak learning rate/);
  await screen.press("\r", "\x15", "-");
  expect(await screen.text()).toContain("expected number");
  await screen.press("1");
  expect(await screen.text()).toMatch(/1 wrong[\s\S]*expected >0, got -1/);
  await screen.press("\x15", paste("2e-5"), "\r");
  expect(await screen.text()).toMatch(/1 changed[\s\S]*● training\.optimizer\.learning_rate +0\.00002/);
  await screen.press("s");
  expect(services.prepared.length).toBe(1);
  expect(services.prepared[0]?.config.training.optimizer.learning_rate).toBe(2e-5);
  expect(services.prepared[0]?.path).toBe(join(folder.path, "smollm2-1"));
  expect(await screen.text()).toContain("smollm2-1");
});

test("the form opens on the few settings that most runs differ in; a shows all, and what was changed stays seen", async () => {
  const { stage } = await form({ preset: "smollm2" });
  using held = stage;
  const { screen } = held;
  const all = rowsOf({ ...blank, preset: "smollm2" }).length;
  const few = [...SHORT_LIST].filter((path) =>
    rowsOf({ ...blank, preset: "smollm2" }).some((row) => row.path === path),
  );
  expect(await screen.text()).toContain(`Settings: ${few.length} of ${all}`);
  await screen.press("a");
  expect(await screen.text()).toContain(`Settings: ${all} ─`);
  await screen.press("\x1b", "/", paste("gradient_clip"), "\r", "\r", "\x15", "2", "\r", "\x1b");
  const text = await screen.text();
  expect(text).toContain(`Settings: ${few.length + 1} of ${all}`);
  expect(text).toContain("● training.optimizer.gradient_clip");
});

test("escape out of a search leads back to the setting where one was", async () => {
  const { stage } = await form({ preset: "smollm2" });
  using held = stage;
  const { screen } = held;
  await screen.press("j", "j", "j");
  expect(await screen.text()).toContain("▸  steps");
  for (const keys of [
    ["/", paste("clip"), "\x1b"],
    ["/", paste("clip"), "\r", "j", "\x1b"],
  ]) {
    await screen.press(...keys);
    expect(await screen.text()).toContain("▸  steps");
  }
});

test("the short list names settings that there are", () => {
  const paths = new Set(["name", "preset", ...configFields().map(({ path }) => path)]);
  expect([...SHORT_LIST].filter((path) => !paths.has(path))).toEqual([]);
});

test("what is wrong is not started: n leads there, settings at odds are told beside themselves", async () => {
  const { services, stage } = await form();
  using held = stage;
  const { screen } = held;
  await screen.press("/", paste("rewards.wrong"), "\r", "\r", "\x15", "2", "\r", "\x1b", "g", "s");
  expect(await screen.text()).toContain("One setting is wrong: n leads there.");
  await screen.press("n");
  expect(await screen.text()).toMatch(/▸✗ rewards\.wrong/);
  await screen.press("u", "s");
  expect(services.prepared.length).toBe(1);
});

test("choices turn with the arrows, and a variant brings its own settings", async () => {
  const { stage } = await form();
  using held = stage;
  const { screen } = held;
  await screen.press("/", paste("adapter."), "\r");
  expect(await screen.text()).toContain("adapter.rank");
  await screen.press("\x1b[C");
  const text = await screen.text();
  expect(text).toMatch(/adapter\.type +‹ full ›/);
  expect(text).not.toContain("adapter.rank");
  await screen.press("\x1b[D");
  expect(await screen.text()).toContain("adapter.rank");
});

test("changes are not lost without a word; sections are led to; only changes are shown", async () => {
  const { stage } = await form({ model: "owner/large" });
  using held = stage;
  const { screen } = held;
  await screen.press("\t");
  expect(await screen.text()).toContain("[model]");
  await screen.press("c");
  expect(await screen.text()).toMatch(/Settings: 1 of \d+[\s\S]*model\.source +owner\/large/);
  await screen.press("c", "q");
  expect(await screen.text()).toContain("Leave the form? One change is lost.");
  await screen.press("n", "q", "y");
  await screen.ended;
  expect(held.exits).toEqual([{ departure: "closed", failure: null }]);
});

test("e hands the terminal to the editor; wrong YAML comes back and is edited again", async () => {
  const editor = join(folder.path, "editor.sh");
  const runs = join(folder.path, "edits");
  mkdirSync(runs);
  // The first edit breaks the file, the second mends what it finds.
  writeFileSync(
    editor,
    `#!/bin/sh\nif grep -q 'seed: broken' "$1"; then sed -i 's/seed: broken/seed: 12/' "$1"; else sed -i 's/^seed: .*/seed: broken/' "$1"; fi\n`,
    { mode: 0o755 },
  );
  const before = { VISUAL: process.env.VISUAL, EDITOR: process.env.EDITOR };
  Object.assign(process.env, { VISUAL: "", EDITOR: editor });
  try {
    const { stage } = await form();
    using held = stage;
    const { screen } = held;
    const seen = async (pattern: RegExp) => {
      for (let i = 0; i < 200 && !pattern.test(await screen.text()); i++) await Bun.sleep(20);
      expect(await screen.text()).toMatch(pattern);
    };
    await screen.press("e");
    await seen(/The YAML is wrong[\s\S]*seed \(the YAML:2\): expected number, got "broken"/);
    await screen.press("e");
    await seen(/Taken from the YAML[\s\S]*/);
    expect(await screen.text()).toMatch(/● seed +12/);
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});

test("the time of a step is told from a run alike, and called unknown beside another's", () => {
  const config = makeConfig({ selfplay: { proposals: 4 } });
  const at = (name: string, given: ReturnType<typeof makeConfig>, seconds: number) => ({
    name,
    config: given,
    seconds,
  });
  const alike = at("alike", { ...config, seed: 9, steps: 3 }, 12);
  const other = at("other", makeConfig({ selfplay: { proposals: 5 } }), 30);
  const another = at("model", makeConfig({ model: { source: "x/y" }, selfplay: { proposals: 4 } }), 1);
  expect(estimateStep(config, [other, alike, another])).toEqual({ kind: "same", run: "alike", seconds: 12 });
  expect(estimateStep(config, [other])).toEqual({
    kind: "other",
    run: "other",
    seconds: 30,
    differs: ["selfplay.proposals"],
  });
  expect(estimateStep(config, [another])).toEqual({ kind: "unknown" });
});
