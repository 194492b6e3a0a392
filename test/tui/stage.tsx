import type { RunDirectory } from "../../src/runs/index.ts";
import { App, type Departure } from "../../src/tui/app.tsx";
import { mount, type TestScreen } from "./screen.tsx";
import { LIVE_TEXT, liveSnapshot, ScriptedSource } from "./scripted-source.ts";

/** A run's screens over a source that says what the test tells it to. */
export interface Stage extends Disposable {
  source: ScriptedSource;
  screen: TestScreen;
  /** How the screens were left, once they were. */
  departures: Departure[];
}

export function openStage(run: RunDirectory, columns = 80, rows = 24): Stage {
  const source = new ScriptedSource(run);
  const departures: Departure[] = [];
  const screen = mount(<App source={source} onDepart={(how) => departures.push(how)} />, columns, rows);
  return {
    source,
    screen,
    departures,
    [Symbol.dispose]() {
      screen[Symbol.dispose]();
      source[Symbol.dispose]();
    },
  };
}

/** The run's engine is in the middle of a step, and the model is writing. */
export function goLive({ source }: Pick<Stage, "source">): void {
  source.show({ state: "running", snapshot: liveSnapshot(), live: LIVE_TEXT });
}
