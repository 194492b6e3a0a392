import { ConfigError } from "../errors/index.ts";
import { prepareInk } from "./ink/substitutes.ts";
import type { Departure, Place } from "./navigation.tsx";
import { prepareReact } from "./react-runtime.ts";
import type { RootExit } from "./root.tsx";
import type { Services } from "./services.ts";
import { TerminalSession } from "./terminal-session.ts";
import { ThemeChoice } from "./theme-choice.ts";

export { keysReference } from "./keys/reference.ts";
export type { Departure, Place } from "./navigation.tsx";
export type * from "./services.ts";

export interface TuiOptions {
  /** Where it opens. */
  place: Place;
  services: Services;
}

export interface TuiExit {
  departure: Departure;
  /** Directory of the run that was shown last; null where none was. */
  run: string | null;
  /** Directories of the runs that go on, where it was home that was left. */
  atWork: readonly string[];
}

/**
 * Shows a place, and those that lead on from it, until the user leaves; how he left. Raises ConfigError when there is
 * no terminal, RunError when there is no such run, and, once the user has left, the error of an engine that could not
 * be launched or of a run that could not be set up.
 */
export async function openTui({ place, services }: TuiOptions): Promise<TuiExit> {
  if (!process.stdout.isTTY || !process.stdin.isTTY) {
    throw new ConfigError("The screen needs a terminal, and there is none.", {
      mend: "Give --headless to follow the run line by line.",
    });
  }
  prepareReact();
  using session = new TerminalSession({ mouse: !process.env.AZR_NO_MOUSE });
  // Before Ink is imported, which looks at once how many colours there are.
  using colours = new ThemeChoice(process.stdin);
  prepareInk();
  const [{ render }, { createElement }, { openPlace, opening, Root }, { PlaceStack }] = await Promise.all([
    import("ink"),
    import("react"),
    import("./root.tsx"),
    import("./place-stack.ts"),
  ]);
  colours.imported();
  // What waited in the line meanwhile; before anything that may fail is begun.
  await colours.first();
  const open = (next: Place) => openPlace(next, services);
  // A run's screens are much code, for which the first frame does not wait: it is loaded while that is drawn.
  const soon = opening(place);
  const opened = open(place);
  using places = new PlaceStack(place, soon ?? (await opened), open);
  let exit: RootExit = { departure: "closed", failure: null };
  const screen = render(
    createElement(Root, {
      places,
      terminal: session,
      onDepart: (how: RootExit) => {
        exit = how;
      },
    }),
    {
      exitOnCtrlC: false,
      patchConsole: true,
      // Also in an environment that sets CI: there is a terminal.
      interactive: true,
      alternateScreen: true,
      incrementalRendering: true,
      maxFps: 20,
    },
  );
  session.onEnd(() => screen.unmount());
  if (soon) {
    places.go(place, true, opened).catch((error: Error) => {
      exit = { departure: "closed", failure: error };
      screen.unmount();
    });
  }
  await screen.waitUntilExit();
  await colours.rest();
  const { run = null, failure } = places.getTop();
  const failed = exit.failure ?? failure?.();
  if (failed) throw failed;
  return { departure: exit.departure, run, atWork: exit.atWork ?? [] };
}
