#!/usr/bin/env bun
/**
 * Pictures of every screen, drawn from the recorded run that comes with azr-tui: `bun run screenshots` writes
 * docs/screens/<screen>-<columns>x<rows>.svg.
 */
import "./colours.ts";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "../src/tui/app.tsx";
import { readRecording } from "../src/tui/replay/recording.ts";
import type { Background } from "../src/tui/colours.ts";
import { ReplaySource } from "../src/tui/replay/replay-source.ts";
import { setColours } from "../src/tui/theme.ts";
import { mount } from "../test/tui/screen.tsx";
import { frameToSvg } from "./frame-svg.ts";

const root = join(import.meta.dir, "..");
const RECORDING = join(root, "recordings", "demo.azr.gz");
const PICTURES = join(root, "docs", "screens");
const SIZES = [
  [140, 45],
  [80, 24],
] as const;
/** How far the recording is played: the model is writing, and a step has been finished meanwhile. */
const MOMENT = 0.93;

/** Screens that are drawn on a light background too. */
const ON_LIGHT = "dashboard";

/** The keys that lead to a screen, by its name in the pictures. */
const SCREENS: readonly (readonly [name: string, keys: readonly string[]])[] = [
  ["dashboard", ["1"]],
  ["tasks", ["2"]],
  ["task", ["2", "\r"]],
  ["rollouts", ["3"]],
  ["rollout", ["3", "\r"]],
  ["eval", ["4"]],
  ["log", ["5"]],
  ["system", ["6"]],
  ["palette", ["1", ":set learning_r"]],
  ["help", ["1", "?"]],
];

/** Path under docs/screens -> content. */
export async function pictures(): Promise<Record<string, string>> {
  const drawn: Record<string, string> = {};
  for (const [columns, rows] of SIZES) {
    for (const [name, keys] of SCREENS) {
      drawn[`${name}-${columns}x${rows}.svg`] = await picture(keys, columns, rows, "dark");
      if (name === ON_LIGHT)
        drawn[`${name}-light-${columns}x${rows}.svg`] = await picture(keys, columns, rows, "light");
    }
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
  setColours(background, 256);
  try {
    using screen = mount(<App source={source} onDepart={() => undefined} />, columns, rows);
    await screen.press(...keys);
    await screen.text();
    return frameToSvg(screen.terminal, background);
  } finally {
    setColours("dark", 16);
  }
}

if (import.meta.main) {
  mkdirSync(PICTURES, { recursive: true });
  for (const [name, content] of Object.entries(await pictures())) {
    writeFileSync(join(PICTURES, name), content);
    console.log(`docs/screens/${name}`);
  }
  process.exit(0);
}
