import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Text } from "ink";
import { ModelLoadError, SetupError } from "../../../src/errors/index.ts";
import { claimEngine, RunDirectory } from "../../../src/runs/index.ts";
import { leaveLines } from "../../../src/tui/home/leave-question.tsx";
import type { Place } from "../../../src/tui/navigation.tsx";
import { openPlace } from "../../../src/tui/root.tsx";
import { recordRun } from "../../fixtures/recorded-run.ts";
import { makeConfig, temporaryFolder } from "../../runs/fixtures.ts";
import { mountPlaces, ScriptedServices } from "../scripted-services.tsx";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
let count = 0;

const emptyFolder = () => join(folder.path, String(count++));

const template = join(folder.path, "template");
beforeAll(() => makeRuns(template));

/** A folder with a finished, a stopped, a live and a broken run. */
function someRuns(): string {
  const runs = emptyFolder();
  cpSync(template, runs, { recursive: true });
  return runs;
}

function makeRuns(runs: string): void {
  recordRun(runs, { name: "finished-one", steps: 6 });
  recordRun(runs, { name: "stopped-one", steps: 3, state: "stopped" });
  const live = recordRun(runs, { name: "live-one", steps: 2, state: "running" });
  using database = live.openDatabase();
  claimEngine(database);
  mkdirSync(join(runs, "broken-one"));
  writeFileSync(join(runs, "broken-one", "config.json"), "{}");
  mkdirSync(join(runs, "no-run"));
}

/** Text that arrives at once. */
const paste = (text: string) => `\x1b[200~${text}\x1b[201~`;

const home = (runs: string, columns = 80, rows = 24) =>
  mountPlaces(new ScriptedServices(runs), { kind: "home" }, columns, rows);

test("runs with state, steps, curve and age; a broken one with its reason; other directories are none", async () => {
  using stage = await home(someRuns());
  const lines = (await stage.screen.text()).split("\n");
  const row = (name: string) => lines.find((line) => line.includes(name));
  expect(row("Runs: 4")).toBeDefined();
  expect(row("finished-")).toMatch(/✓ finished +6\/40 [▁-█]+ +-?\d\.\d\d smollm2-135m +\d+ d/);
  expect(row("stopped-o")).toMatch(/■ stopped +3\/40/);
  expect(row("live-one")).toMatch(/▶ running +2\/40 .* (?:now|\d+ s)/);
  expect(row("broken-on")).toContain("! broken: it has no run.sqlite");
  expect(lines.join()).not.toContain("no-run");
});

test.each([
  [60, 20],
  [80, 24],
  [140, 45],
  [200, 60],
])("home fits %i x %i, every list of it", async (columns, rows) => {
  using stage = await home(someRuns(), columns, rows);
  for (const key of ["\t", "\t", "\t", "?"]) {
    const lines = (await stage.screen.text()).split("\n");
    expect(lines.length).toBe(rows);
    for (const line of lines.filter((one) => /[╭╰│]/.test(one))) expect(Bun.stringWidth(line)).toBe(columns);
    expect(lines.at(-1)).toContain("help");
    await stage.screen.press(key);
  }
  expect(await stage.screen.text()).toContain("go on with the selected run");
});

test("a folder without runs teaches what to do", async () => {
  using stage = await home(emptyFolder());
  const text = await stage.screen.text();
  expect(text).toContain("There is no run in");
  expect(text).toContain("tiny is the first to try");
});

test("a run whose database another program has locked is called so, and holds nothing up", async () => {
  const runs = someRuns();
  using other = new Database(join(runs, "stopped-one", "run.sqlite"));
  other.run("PRAGMA locking_mode = EXCLUSIVE");
  other.run("BEGIN EXCLUSIVE");
  using stage = await home(runs);
  const text = await stage.screen.text();
  expect(text).toMatch(/stopped-o.* ! broken: .*/);
  expect(text).toMatch(/finished-.*✓ finished/);
  other.run("ROLLBACK");
});

test("hundreds of runs: only the databases of those that are seen are opened", async () => {
  const runs = emptyFolder();
  for (let i = 0; i < 120; i++) {
    const path = join(runs, `run-${String(i).padStart(3, "0")}`);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "config.json"), "{}");
    writeFileSync(join(path, "run.sqlite"), "");
  }
  using stage = await home(runs);
  expect(await stage.screen.text()).toContain("Runs: 120");
  await stage.screen.press("G");
  expect((await stage.screen.text()).split("\n").filter((line) => line.includes("! broken")).length).toBe(17);
});

test("return opens a run, and the chosen run stays chosen when another comes to the top", async () => {
  const runs = someRuns();
  using stage = await home(runs);
  await stage.screen.press("/", paste("stopped"), "\r");
  expect(await stage.screen.text()).toContain("Runs: 1 of 4");
  await stage.screen.press("\r");
  expect(await stage.screen.text()).toContain("stopped-one null");
});

test("delete asks, takes y alone, and leaves a live run and a broken one alone", async () => {
  const runs = someRuns();
  using stage = await home(runs);
  const on = async (name: string, ...keys: string[]) => {
    await stage.screen.press("\x1b", "/", paste(name), "\r", "d", ...keys);
    return await stage.screen.text();
  };
  const told = async (words: RegExp) => {
    while (!words.test(await stage.screen.text())) await Bun.sleep(5);
  };
  expect(await on("finished", "n")).toContain("finished-one");
  expect(await on("finished", "\r")).toContain("Delete the run finished-one for good");
  await stage.screen.press("n");
  expect(existsSync(join(runs, "finished-one"))).toBe(true);
  await on("finished");
  for (const key of ["y", "\x1b[B", "n"]) stage.screen.send(key);
  // What is typed meanwhile is for home: the form of a new run is opened.
  await told(/new run/);
  // A deletion may be done before a frame says that it is under way.
  expect(stage.screen.written()).toMatch(/deleting finished-one\.\.\.|finished-one is deleted/);
  await stage.screen.press("\x1b");
  while (existsSync(join(runs, "finished-one"))) await Bun.sleep(5);
  await on("stopped", "y");
  await told(/stopped-one is deleted: [\d.]+ kB freed\./);
  expect(existsSync(join(runs, "stopped-one"))).toBe(false);
  await on("live", "y");
  await told(/is being trained by process/);
  await on("broken", "y");
  await told(/is not a run/);
  expect(existsSync(join(runs, "live-one")) && existsSync(join(runs, "broken-one"))).toBe(true);
});

test("resume asks how far and tells from where, refuses less than there is, sets up and leads to the run", async () => {
  const runs = someRuns();
  {
    using database = RunDirectory.open(join(runs, "finished-one")).openDatabase();
    database.run("DELETE FROM checkpoints WHERE step > 4");
  }
  const services = new ScriptedServices(runs);
  using stage = await mountPlaces(services, { kind: "home" });
  await stage.screen.press("/", paste("finished"), "\r", "r");
  const asked = await stage.screen.text();
  expect(asked).toContain("has made 6 of 40 steps");
  expect(asked).toContain("It goes on from the checkpoint of step 4 (2 made again), to step:");
  await stage.screen.press("\x15", "6");
  expect(await stage.screen.text()).toContain("a whole number from 7 on");
  await stage.screen.press("\r");
  expect(services.prepared).toEqual([]);
  await stage.screen.press("0", "\r");
  expect(await stage.screen.text()).toContain('finished-one {"resume":true}');
  expect(services.prepared[0]?.config.steps).toBe(60);
});

test("r in the screens of a run that ended asks how far, sets up, and the run is followed once", async () => {
  const runs = someRuns();
  const services = new ScriptedServices(runs);
  const place = { kind: "run", runDirectory: join(runs, "stopped-one") } as const;
  const opened: Place[] = [];
  using stage = await mountPlaces(services, place, 80, 24, (next) => {
    opened.push(next);
    return openPlace(opened.length === 1 ? next : { ...next, kind: "run", launch: undefined }, services);
  });
  expect(await stage.screen.text()).toContain("stopped; r goes on with it, or azr-tui train");
  await stage.screen.press("r");
  const asked = await stage.screen.text();
  expect(asked).toContain("stopped-one has made 3 of 40 steps");
  expect(asked).toContain("It goes on from the checkpoint of step 3, to step:");
  await stage.screen.press("\x1b");
  expect(await stage.screen.text()).not.toContain("has made 3 of 40");
  await stage.screen.press("2", "r", "\x15", "5", "0", "\r");
  expect(services.prepared.map(({ path, config, resume }) => [path, config.steps, resume])).toEqual([
    [join(runs, "stopped-one"), 50, true],
  ]);
  expect(opened.at(-1)).toMatchObject({ kind: "run", launch: { resume: true } });
  expect(stage.places.isFirst()).toBe(true);
});

test("s starts a preset; what cannot be set up says why, and escape leads back", async () => {
  const services = new ScriptedServices(someRuns());
  services.refusal = new ModelLoadError("there is no such model", { mend: "Name another." });
  using stage = await mountPlaces(services, { kind: "home" });
  await stage.screen.press("s");
  expect(await stage.screen.text()).toContain("Tab leads to the presets");
  await stage.screen.press("\t", "/", paste("tutorial"), "\r", "s");
  const text = await stage.screen.text();
  expect(text).toMatch(/the sandbox has proved itself[\s\S]*there is no such model[\s\S]*Name another/);
  await stage.screen.press("\x1b");
  expect(await stage.screen.text()).toContain("[presets]");
  services.refusal = null;
  await stage.screen.press("s");
  expect(await stage.screen.text()).toContain("tutorial-1");
  expect(services.prepared.map(({ path }) => path)).toEqual(
    [1, 2].map(() => join(services.runsFolder, "tutorial-1")),
  );
});

test("a model opens the form with the preset that fits it, and without one says why", async () => {
  using stage = await home(emptyFolder(), 100, 30);
  await stage.screen.press("\t", "\t", "\r");
  const fitting = await stage.screen.text();
  expect(fitting).toContain("nothing changed");
  expect(fitting).toMatch(/preset +‹ smollm2 ›/);
  expect(fitting).toMatch(/source +smollm2-135m/);
  expect(fitting).toContain("what fits smollm2-135m");
  await stage.screen.press("\x1b", "j", "\r");
  const large = await stage.screen.text();
  expect(large).toMatch(/preset +‹ \(none\) ›/);
  expect(large).toMatch(/● model\.source +owner\/large/);
  expect(large).toContain("what fits owner/large");
});

test("a preset whose model is not here says what comes and from where, and fetches it after y alone", async () => {
  const services = new ScriptedServices(emptyFolder());
  services.missing = { source: "owner/huge", bytes: 7.9e9, host: "example.org" };
  using stage = await mountPlaces(services, { kind: "home" });
  await stage.screen.press("\t", "/", paste("tutorial"), "\r", "s");
  const asked = await stage.screen.text();
  expect(asked).toContain("owner/huge is not on this machine.");
  expect(asked).toContain("7.9 GB come from example.org, once.");
  for (const key of ["\r", "n"]) await stage.screen.press(key);
  expect(await stage.screen.text()).toContain("[presets]");
  expect(services.prepared).toEqual([]);
  await stage.screen.press("s", "y");
  expect(await stage.screen.text()).toContain("tutorial-1");
  expect(services.prepared.length).toBe(1);
});

test("without a network a model that is not here is said to be missing, before anything is set up", async () => {
  const services = new ScriptedServices(emptyFolder());
  services.missing = new SetupError("The model owner/huge is not on this machine.", { mend: "No network." });
  using stage = await mountPlaces(services, { kind: "home" });
  await stage.screen.press("\t", "s");
  const text = await stage.screen.text();
  expect(text).toMatch(/Not started[\s\S]*owner\/huge is not on this machine[\s\S]*No network/);
  expect(text).not.toContain("the sandbox has proved itself");
  await stage.screen.press("\x1b");
  expect(await stage.screen.text()).toContain("[presets]");
  expect(services.prepared).toEqual([]);
});

test("set-up that fails as the command's own place ends the screens with its error", async () => {
  const services = new ScriptedServices(emptyFolder());
  services.refusal = new ModelLoadError("there is no such model");
  const plan = { path: services.runPath("x"), config: makeConfig(), resume: false };
  using stage = await mountPlaces(services, { kind: "start", plan });
  await stage.screen.ended;
  expect(stage.exits).toEqual([{ departure: "closed", failure: services.refusal }]);
});

test("q and Ctrl-C leave", async () => {
  for (const key of ["q", "\x03"]) {
    using stage = await home(emptyFolder());
    await stage.screen.press(key);
    await stage.screen.ended;
    expect(stage.exits).toEqual([{ departure: "closed", failure: null }]);
  }
});

test("a question stands over the list, at the run that it is about, and the list below hears nothing", async () => {
  using stage = await home(someRuns());
  await stage.screen.press("j", "j", "d");
  const lines = (await stage.screen.text()).split("\n");
  const row = lines.findIndex((line) => line.includes("▸"));
  expect(row).toBeGreaterThan(2);
  expect(lines[row + 1]).toContain("╭─ Delete");
  const name = /▸ +(\S+)/.exec(lines[row] as string)?.[1] as string;
  expect(lines[row + 2]).toContain(`Delete the run ${name}`);
  expect(lines.join("\n")).toContain("Runs: 4");
  expect(lines.at(-1)).toBe(" y yes  n back");
  // A click on the first run, and the wheel.
  await stage.screen.press("\x1b[<0;4;6M", "\x1b[<64;4;6M");
  const again = (await stage.screen.text()).split("\n");
  expect(again.findIndex((line) => line.includes("▸"))).toBe(row);
});

test("q asks while an engine is at work, and who leaves is told what goes on; Ctrl-C twice leaves", async () => {
  for (const keys of [
    ["q", "n", "q", "y"],
    ["\x03", "\x03"],
  ]) {
    const runs = someRuns();
    using stage = await home(runs);
    if (keys.length > 2) {
      await stage.screen.press("q");
      expect(await stage.screen.text()).toContain("The run live-one is at work.");
      expect(await stage.screen.text()).toContain("finished-one");
      await stage.screen.press("n");
      expect(await stage.screen.text()).not.toContain("is at work");
      expect(stage.exits).toEqual([]);
    }
    await stage.screen.press(...keys);
    await stage.screen.ended;
    expect(stage.exits).toEqual([{ departure: "detached", atWork: [join(runs, "live-one")], failure: null }]);
  }
  expect(leaveLines(["a", "b", "c", "d"])[0]).toBe("4 runs are at work: a, b, c and 1 more.");
});

test("who comes home from a run that was started from a preset finds it selected, in view", async () => {
  const runs = someRuns();
  for (let index = 0; index < 30; index++)
    cpSync(join(runs, "stopped-one"), join(runs, `copy-${index}`), { recursive: true });
  const services = new ScriptedServices(runs);
  using stage = await mountPlaces(services, { kind: "home" }, 80, 24, async ({ runDirectory }) => ({
    element: <Text>a run</Text>,
    run: runDirectory,
  }));
  recordRun(runs, { name: "tutorial-1", steps: 1, state: "stopped" });
  const old = new Date(2020, 1, 1);
  for (const file of ["run.sqlite", "config.json"]) utimesSync(join(runs, "tutorial-1", file), old, old);
  await stage.screen.press("\t", "/", paste("tutorial"), "\r", "s");
  expect(await stage.screen.text()).toContain("a run");
  await stage.places.home();
  const text = await stage.screen.text();
  expect(text).toContain("[runs]");
  expect(text).toMatch(/▸ +tutorial-1/);
});

test("a run at work is not asked to go on, and its key is not offered", async () => {
  using stage = await home(someRuns());
  const on = async (name: string) => {
    await stage.screen.press("\x1b", "/", paste(name), "\r");
    return (await stage.screen.text()).split("\n").at(-1);
  };
  expect(await on("stopped")).toContain("r resume");
  expect(await on("live")).not.toContain("resume");
  await stage.screen.press("r");
  const text = await stage.screen.text();
  expect(text).toContain("live-one is at work: return opens it.");
  expect(text).not.toContain("has made");
});
