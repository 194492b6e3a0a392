import type { LaunchOptions } from "../engine/client.ts";
import { ConfigError } from "../errors/index.ts";
import { prepareReact } from "./react-runtime.ts";
import type { Departure } from "./widgets/overlay.tsx";

export { keysReference } from "./keys.ts";
export type { Departure } from "./widgets/overlay.tsx";

export interface TuiOptions {
  /** The run to show; it exists. */
  runDirectory: string;
  /** Launches the run's engine behind the first frame. */
  launch?: LaunchOptions;
  /** What other viewers know this one by; user, host and process when absent. */
  viewer?: string | undefined;
}

/**
 * Shows a run, live or not, until the user leaves; how he left. Raises ConfigError when there is no terminal,
 * RunError when there is no such run, and, once the user has left, the error of an engine that could not be
 * launched.
 */
export async function openTui({ runDirectory, launch, viewer }: TuiOptions): Promise<Departure> {
  if (!process.stdout.isTTY || !process.stdin.isTTY) {
    throw new ConfigError("The screen needs a terminal, and there is none.", {
      mend: "Give --headless to follow the run line by line.",
    });
  }
  prepareReact();
  // Ink's colours know FORCE_COLOR but not NO_COLOR.
  if (process.env.NO_COLOR) process.env.FORCE_COLOR = "0";
  const [{ render }, { createElement }, { App }, { RunStore }, { TerminalSession }] = await Promise.all([
    import("ink"),
    import("react"),
    import("./app.tsx"),
    import("./run-store.ts"),
    import("./terminal-session.ts"),
  ]);
  using store = new RunStore(runDirectory, viewer);
  let departure: Departure = "closed";
  using session = new TerminalSession();
  const screen = render(
    createElement(App, {
      source: store,
      onDepart: (value: Departure) => {
        departure = value;
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
  store.start(launch);
  await screen.waitUntilExit();
  if (store.launchFailure) throw store.launchFailure;
  return departure;
}
