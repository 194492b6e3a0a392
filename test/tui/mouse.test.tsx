import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { App } from "../../src/tui/app.tsx";
import { clickOf, inputKeys, markReports, pointOf } from "../../src/tui/mouse-report.ts";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { mount, type TestScreen } from "./screen.tsx";
import { mountPlaces, ScriptedServices } from "./scripted-services.tsx";
import { liveSnapshot, ScriptedSource } from "./scripted-source.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const runs = join(folder.path, "runs");
beforeAll(() => {
  recordRun(runs, { name: "one", steps: 6, config: { seed: 1 } });
  recordRun(runs, { name: "two", steps: 4, config: { seed: 2 } });
});

/** A press of the left button on the first place where the text is seen, `shift` columns further. */
async function click(screen: TestScreen, text: string, shift = 1): Promise<string> {
  const rows = (await screen.text()).split("\n");
  const row = rows.findIndex((line) => line.includes(text));
  if (row < 0) throw new Error(`not seen: ${text}\n${rows.join("\n")}`);
  const column = Bun.stringWidth((rows[row] as string).split(text, 1)[0] as string);
  await screen.press(`\x1b[<0;${column + 1 + shift};${row + 1}M`);
  return await screen.text();
}

/** What was put into the clipboard last. */
const copied = (screen: TestScreen): string =>
  Buffer.from(
    screen
      .written()
      .match(/\]52;c;([\w+/=]*)/g)
      ?.at(-1)
      ?.slice(5) ?? "",
    "base64",
  ).toString();

test("reports of the mouse are keys: the wheel by lines with its cell, a press of the left button with its cell", () => {
  const chunks = ["j\x1b[<64;10;5Mk\x1b[<0;30", "0;2M\x1b[<0;300;2m", "\x1b[<2;10;5M", "\x1b[A"];
  const stream = { read: () => chunks.shift() ?? null };
  const end = markReports(stream);
  const read = () => String(stream.read());
  const keys = () => inputKeys(read(), (text) => [...text]);
  const first = keys();
  expect(first).toEqual(["j", expect.any(String), "wheelup", "wheelup", "wheelup", "k"]);
  expect(pointOf(first[1] as string)).toEqual({ column: 9, row: 4 });
  expect(keys().map(clickOf)).toEqual([{ column: 299, row: 1 }]);
  expect(keys()).toEqual([]);
  expect(read()).toBe("\x1b[A");
  end();
  expect(clickOf("j")).toBeNull();
});

test("a click selects a tab, a row and what is selected once more; the wheel scrolls", async () => {
  using source = new ScriptedSource(recordRun(folder.path));
  using screen = mount(<App source={source} onDepart={() => undefined} />, 80, 24);
  expect(await click(screen, "Tasks")).toContain("[2 Tasks]");
  await screen.press("\x1b[<65;5;5M");
  expect(await screen.text()).toMatch(/▸ +36 /);
  expect(await click(screen, "    30 ")).toMatch(/▸ +30 /);
  expect(await click(screen, "▸    30 ")).toContain("Task 30");
});

test("the log, the scores and their problems, charts and the last line take clicks, and y copies their rows", async () => {
  using source = new ScriptedSource(
    recordRun(join(folder.path, "evaluated"), { evaluated: [0, 4, 8], state: "running" }),
  );
  source.show({ state: "running", snapshot: liveSnapshot() });
  using screen = mount(<App source={source} onDepart={() => undefined} />, 140, 40);
  expect(await click(screen, "Solver reward")).toContain("▸ Solver reward");
  expect(await click(screen, "▸ Solver reward")).toMatch(/newest +least/);
  expect(await click(screen, "■ abduction")).toContain("▸ ■ abduction");
  expect(await click(screen, "■ abduction")).toContain("hidden");

  // Its title leads back, and the curves take the crosshair to the mouse.
  expect(await click(screen, " Solver reward ")).toContain("▸ Solver reward");
  const rows = (await screen.text()).split("\n");
  const top = rows.findIndex((line) => line.includes("▸ Solver reward"));
  const left = (rows[top] as string).indexOf("▸ Solver reward");
  const end = (rows[top] as string).indexOf("╮", left);
  const press = async (column: number) => {
    await screen.press(`\x1b[<0;${column + 1};${top + 4}M`);
    return await screen.text();
  };
  const at = (text: string) => Number(/step (\d+), 2\//.exec(text)?.[1]);
  const near = at(await press(left + 12));
  expect(near).toBeGreaterThan(0);
  expect(at(await press(end - 4))).toBeGreaterThan(near + 4);
  expect(await press(end - 4)).toMatch(/at \d+ +least/);
  await screen.press("\x1b", "\x1b");

  await screen.press("4");
  expect(await click(screen, " step 4 ")).toContain("▸step 4");
  await screen.press("y");
  expect(copied(screen)).toMatch(/^gsm8k\tstep 4\tpass@1\t\d+\.\d \(/m);
  await click(screen, "▸step 4 ");
  await screen.press("t", "t", "t", "t");
  expect(await click(screen, "gsm8k/2 ")).toMatch(/▸. \w+ +gsm8k\/2 /);
  await screen.press("y");
  expect(copied(screen)).toMatch(/^# gsm8k gsm8k\/2, step 4, sample 1: \w+\n/);
  expect(await click(screen, "gsm8k/2 ")).toMatch(/step 4, sample 1/);
  await screen.press("y");
  expect(await screen.text()).toContain("copied: ");

  await screen.press("5", "g", "y");
  expect(copied(screen)).toMatch(/^\d{4}-\d\d-\d\dT.*Z step \d+ \w+ \w+: /);
  expect(await click(screen, "x stop")).toContain("Stop the run");
  expect(await click(screen, "n  back", 0)).not.toContain("Stop the run");
});

test("home: lists, rows and the wheel over them; y copies a run's directory, a preset's and a model's name", async () => {
  using stage = await mountPlaces(new ScriptedServices(runs), { kind: "home" }, 140, 45);
  const { screen } = stage;
  await click(screen, " one ");
  await screen.press("y");
  expect(copied(screen)).toBe(join(runs, "one"));
  expect(await click(screen, "presets", 0)).toContain("[presets]");
  const rows = (await screen.text()).split("\n");
  // On the second line of its sentence too.
  const tiny = rows.findIndex((line) => line.includes(" tiny ")) + 1;
  await screen.press(`\x1b[<0;100;${tiny + 1}M`, "y");
  expect(copied(screen)).toBe("tiny");
  await screen.press("\x1b[<65;100;41M", "y");
  expect(await screen.text()).toContain("[models]");
  expect(copied(screen)).toBe("owner/large");
  expect(await click(screen, "n new")).toContain("Settings:");
});

test("the form: a click chooses a section and a setting, then types it; y copies it as --set takes it", async () => {
  using stage = await mountPlaces(new ScriptedServices(runs), { kind: "form" }, 140, 45);
  const { screen } = stage;
  await screen.press("a");
  expect(await click(screen, " rewards ")).toContain("[rewards]");
  await screen.press("g");
  expect(await click(screen, "  steps ", 4)).toMatch(/▸ +steps/);
  await screen.press("y");
  expect(copied(screen)).toMatch(/^steps=\d+$/);
  await click(screen, "▸  steps ", 4);
  await screen.press("\x15", "7");
  expect(await click(screen, "  seed ", 4)).toMatch(/● steps +7/);
});

test("compared runs: a click chooses a table and a row; y copies it with the runs' names", async () => {
  const place = { kind: "compare", runs: [join(runs, "one"), join(runs, "two")] } as const;
  using stage = await mountPlaces(new ScriptedServices(runs), place, 140, 45);
  const { screen } = stage;
  await click(screen, " seed ");
  await screen.press("y");
  expect(copied(screen)).toBe("setting\tone\ttwo\nseed\t1\t2");
  expect(await click(screen, "figures", 0)).toContain("[figures]");
  expect(await click(screen, " Solver reward, abduction  ")).toContain("▸Solver reward, abduction  ");
  expect(await click(screen, "2 ■ two", 0)).toContain("2 · two off");
});
