import { Text } from "ink";
import type { AzrError } from "../../src/errors/index.ts";
import { RunDirectory } from "../../src/runs/index.ts";
import type { Place } from "../../src/tui/navigation.tsx";
import { type OpenedPlace, PlaceStack } from "../../src/tui/place-stack.ts";
import { openPlace, Root, type RootExit } from "../../src/tui/root.tsx";
import type { ModelDownload, Report, RunPlan, Services } from "../../src/tui/services.ts";
import { mount } from "./screen.tsx";

/** What the screens ask of other layers, answered by the test. */
export class ScriptedServices implements Services {
  /** Plans that were to be set up. */
  readonly prepared: RunPlan[] = [];
  /** Why a plan cannot be set up. */
  refusal: AzrError | null = null;

  constructor(readonly runsFolder: string) {}

  async models() {
    return [
      { source: "smollm2-135m", about: "a small one", bytes: 93e6, state: "fetched" as const },
      { source: "owner/large", about: "a large one", bytes: 9e9, state: "incomplete" as const },
    ];
  }
  async fittingPreset(source: string) {
    return { preset: source === "smollm2-135m" ? "smollm2" : null, why: `what fits ${source}` };
  }
  /** What of a plan's model is to be fetched first. */
  missing: ModelDownload | AzrError | null = null;
  async download() {
    if (this.missing instanceof Error) throw this.missing;
    return this.missing;
  }
  newRunPath = (prefix: string) => this.runPath(`${prefix}-1`);
  runPath = (name: string) => `${this.runsFolder}/${name}`;
  async check() {}
  async memory() {
    return { device: "cpu" as const, generation: 1.2e9, training: 0.8e9 };
  }
  async goOn(path: string, steps: number | null): Promise<RunPlan> {
    const config = RunDirectory.open(path).config();
    return { path, config: { ...config, steps: steps ?? config.steps }, resume: true };
  }
  async prepare(plan: RunPlan, report: Report) {
    this.prepared.push(plan);
    report.line("the sandbox has proved itself");
    if (this.refusal) throw this.refusal;
    return { resume: plan.resume };
  }
}

type OpenRun = (place: Extract<Place, { kind: "run" }>) => Promise<OpenedPlace>;

const named: OpenRun = async ({ runDirectory, launch }) => ({
  element: <Text>{`run ${runDirectory} ${JSON.stringify(launch ?? null)}`}</Text>,
});

/** The places from a first one on, as `openTui` shows them; runs are only named, unless they are opened in some way. */
export async function mountPlaces(
  services: Services,
  first: Place,
  columns = 80,
  rows = 24,
  openRun: OpenRun = named,
) {
  const exits: RootExit[] = [];
  const open = (place: Place): Promise<OpenedPlace> =>
    place.kind === "run" ? openRun(place) : openPlace(place, services);
  const places = new PlaceStack(first, await open(first), open);
  const screen = mount(<Root places={places} onDepart={(exit) => exits.push(exit)} />, columns, rows);
  return {
    screen,
    exits,
    places,
    [Symbol.dispose]() {
      screen[Symbol.dispose]();
      places[Symbol.dispose]();
    },
  };
}
