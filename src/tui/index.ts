import { ConfigError } from "../errors/index.ts";
import type { Departure } from "./app.tsx";

export type { Departure } from "./app.tsx";

/**
 * Shows a run, live or not, until the user leaves. Raises ConfigError when there is no terminal, RunError when
 * there is no such run.
 */
export async function openTui({ runDirectory }: { runDirectory: string }): Promise<Departure> {
  if (!process.stdout.isTTY || !process.stdin.isTTY) {
    throw new ConfigError("The screen needs a terminal, and there is none.", {
      mend: "Give --headless to follow the run line by line.",
    });
  }
  // React's development build is several times slower; Ink's colours know FORCE_COLOR but not NO_COLOR.
  process.env.NODE_ENV = "production";
  if (process.env.NO_COLOR) process.env.FORCE_COLOR = "0";
  const [{ render }, { createElement }, { App }, { RunStore }, { TerminalSession }] = await Promise.all([
    import("ink"),
    import("react"),
    import("./app.tsx"),
    import("./run-store.ts"),
    import("./terminal-session.ts"),
  ]);
  using store = new RunStore(runDirectory);
  store.start();
  let departure: Departure = "closed";
  const screen = render(
    createElement(App, {
      store,
      onDepart: (value: Departure) => {
        departure = value;
      },
    }),
    { exitOnCtrlC: false, patchConsole: true, alternateScreen: true, incrementalRendering: true, maxFps: 10 },
  );
  using _session = new TerminalSession(() => screen.unmount());
  await screen.waitUntilExit();
  return departure;
}
