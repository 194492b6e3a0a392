#!/usr/bin/env bun
/**
 * Pictures of every screen and place, drawn from the recorded run that comes with azr-tui, and from the figures of two
 * others: `bun run screenshots` writes docs/screens/<screen>-<columns>x<rows>.svg.
 */
import "./colours.ts";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tuiServices } from "../src/cli/tui-services.ts";
import { App } from "../src/tui/app.tsx";
import { readRecording } from "../src/tui/replay/recording.ts";
import type { Background } from "../src/tui/colours.ts";
import { ReplaySource } from "../src/tui/replay/replay-source.ts";
import { setColours } from "../src/tui/theme.ts";
import type { Place } from "../src/tui/navigation.tsx";
import { readBenchmarkOf } from "../src/tui/screens/eval/problem-text.ts";
import type { Services } from "../src/tui/services.ts";
import { mountPlaces } from "../test/tui/scripted-services.tsx";
import { mount, type TestScreen } from "../test/tui/screen.tsx";
import { frameToSvg } from "./frame-svg.ts";
import { PicturedRuns } from "./pictured-runs.ts";

const root = join(import.meta.dir, "..");
const RECORDING = join(root, "recordings", "smollm2.azr.gz");
/** Two runs of docs/learning, the preset `tiny` and its control: figures and settings alone (tools/record.ts). */
const COMPARED = ["tiny", "control"].map((name) => join(root, "test", "fixtures", `compared-${name}.azr.gz`));
const PICTURES = join(root, "docs", "screens");
const SIZES = [
  [140, 45],
  [80, 24],
] as const;
/** How far the recording is played: the model is writing, and a step has been finished meanwhile. */
const MOMENT = 0.72;

/** Screens that are drawn on a light background too. */
const ON_LIGHT = "dashboard";

/** The keys that lead to a screen, by its name in the pictures. */
const SCREENS: readonly (readonly [name: string, keys: readonly string[]])[] = [
  ["dashboard", ["1", "m", "m", "m"]],
  ["chart", ["1", "f", "m", ...Array.from({ length: 20 }, () => "\x1b[D")]],
  ["tasks", ["2"]],
  ["task", ["2", "\r"]],
  ["rollouts", ["3"]],
  ["rollout", ["3", "\r"]],
  ["eval", ["4"]],
  ["problem", ["4", "j", "j", "\r", "\r"]],
  ["log", ["5"]],
  ["system", ["6"]],
  ["palette", ["1", ":replay"]],
  ["help", ["1", "?"]],
];

/** The other places: where, and the keys from there. */
const PLACES: readonly (readonly [name: string, place: (runs: readonly string[]) => Place, keys: string[]])[] =
  [
    ["home", () => ({ kind: "home" }), []],
    ["form", () => ({ kind: "form", preset: "tiny" }), []],
    ["compare", (runs) => ({ kind: "compare", runs: runs.slice(1) }), ["m", "m", ...Array.from({ length: 20 }, () => ",")]],
  ];

/** Path under docs/screens -> content. */
export async function pictures(): Promise<Record<string, string>> {
  const drawn: Record<string, string> = {};
  // The problems that the evaluations are of: a picture shows them from the start.
  await readBenchmarkOf("azr-mini ");
  for (const [columns, rows] of SIZES) {
    for (const [name, keys] of SCREENS) {
      drawn[`${name}-${columns}x${rows}.svg`] = await picture(keys, columns, rows, "dark");
      if (name === ON_LIGHT)
        drawn[`${name}-light-${columns}x${rows}.svg`] = await picture(keys, columns, rows, "light");
    }
    for (const [name, place, keys] of PLACES)
      drawn[`${name}-${columns}x${rows}.svg`] = await placePicture(place, keys, columns, rows);
  }
  return drawn;
}

async function picture(
  keys: readonly string[],
  columns: number,
  rows: number,
  background: Background,
): Promise<string> {
  const recording = readRecording(RECORDING);
  using source = new ReplaySource(recording);
  source.playTo((recording.messages.at(-1)?.at ?? 0) * MOMENT);
  return await drawnOn(background, async () => {
    using screen = mount(<App source={source} onDepart={() => undefined} />, columns, rows);
    await screen.press(...keys);
    return await svgOf(screen, background);
  });
}

async function placePicture(
  place: (runs: readonly string[]) => Place,
  keys: readonly string[],
  columns: number,
  rows: number,
): Promise<string> {
  const recordings = [RECORDING, ...COMPARED].map(readRecording);
  using runs = new PicturedRuns(recordings);
  const { now } = Date;
  const ends = recordings.map(({ startedAt, messages }) => startedAt + (messages.at(-1)?.at ?? 0));
  // Ages of runs are drawn.
  Date.now = () => Math.max(...ends);
  try {
    return await drawnOn("dark", async () => {
      using stage = await mountPlaces(SERVICES, place(runs.paths), columns, rows);
      await stage.screen.press(...keys);
      // The estimate of memory is asked for a moment after the last key.
      while (/ memory {2}\.\.\./.test(await stage.screen.text())) await Bun.sleep(20);
      return await svgOf(stage.screen, "dark");
    });
  } finally {
    Date.now = now;
  }
}

/** As on a machine with nothing but azr-tui, and without a GPU. */
const SERVICES: Services = {
  ...tuiServices(),
  runsFolder: "runs",
  models: async () =>
    (await tuiServices().models())
      .filter(({ about }) => !/^(Hugging Face cache|directory|file)/.test(about))
      .map((model) => ({ ...model, state: model.source === "tiny" ? "fetched" : "not fetched" })),
  memory: async (config) => {
    const need = await tuiServices().memory(config);
    return need && { ...need, device: "cpu" };
  },
};

async function drawnOn(background: Background, draw: () => Promise<string>): Promise<string> {
  setColours(background, 256);
  try {
    return await draw();
  } finally {
    setColours("dark", 16);
  }
}

async function svgOf(screen: TestScreen, background: Background): Promise<string> {
  await screen.text();
  return frameToSvg(screen.terminal, background);
}

if (import.meta.main) {
  mkdirSync(PICTURES, { recursive: true });
  for (const [name, content] of Object.entries(await pictures())) {
    writeFileSync(join(PICTURES, name), content);
    console.log(`docs/screens/${name}`);
  }
  process.exit(0);
}
