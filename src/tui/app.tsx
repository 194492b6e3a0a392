import { Box, Text, useApp, useWindowSize } from "ink";
import { type ComponentType, useCallback, useRef, useState } from "react";
import { KeyRouter, useKeys } from "./key-router.tsx";
import { actionOf, type KeyContext, type KeyId } from "./keys.ts";
import { KeptProvider, RunProvider, useRun, useSource } from "./run-context.tsx";
import { isLive, type RunSource } from "./run-store.ts";
import { Dashboard } from "./screens/dashboard/dashboard.tsx";
import { Eval } from "./screens/eval/eval.tsx";
import { Log } from "./screens/log.tsx";
import { Rollouts } from "./screens/rollouts.tsx";
import type { ScreenProps } from "./screens/screen.ts";
import { Tasks } from "./screens/tasks.tsx";
import { Footer, Header, LEAST, Tabs } from "./widgets/frame.tsx";
import { type Departure, Overlay, type OverlayKind } from "./widgets/overlay.tsx";

export type { Departure } from "./widgets/overlay.tsx";

const SCREENS: readonly { name: string; component: ComponentType<ScreenProps> }[] = [
  { name: "Dashboard", component: Dashboard },
  { name: "Tasks", component: Tasks },
  { name: "Rollouts", component: Rollouts },
  { name: "Eval", component: Eval },
  { name: "Log", component: Log },
];

/** A run's screens alone. */
export function App({ source, onDepart }: { source: RunSource; onDepart: (departure: Departure) => void }) {
  const { exit } = useApp();
  const kept = useRef(new Map<string, unknown>()).current;
  const leave = (departure: Departure) => {
    onDepart(departure);
    exit();
  };
  return (
    <KeyRouter>
      <KeptProvider value={kept}>
        <RunPlace source={source} leave={leave} />
      </KeptProvider>
    </KeyRouter>
  );
}

interface RunPlaceProps {
  source: RunSource;
  leave: (departure: Departure) => void;
  /** Absent where the run's screens are all there is. */
  home?: () => void;
}

/** A run's screens, wherever they are shown. */
export function RunPlace({ source, ...ways }: RunPlaceProps) {
  return (
    <RunProvider value={source}>
      <Shell {...ways} />
    </RunProvider>
  );
}

/** Of what is open over a screen, and takes the keys of everything else. */
const takesAll = (context: KeyContext): boolean => context === "filter" || context === "columns";

const contextsOf = (live: boolean): KeyContext[] =>
  live ? ["screens", "run", "global"] : ["screens", "global"];

function Shell({ leave, home }: Omit<RunPlaceProps, "source">) {
  const { columns, rows } = useWindowSize();
  const source = useSource();
  const view = useRun();
  const [screen, setScreen] = useState(0);
  const [overlay, setOverlay] = useState<OverlayKind | null>(null);
  const [inner, setInner] = useState<readonly KeyContext[]>([]);
  const onContexts = useCallback((contexts: readonly KeyContext[]) => setInner(contexts), []);
  // Under an overlay the screen is not mounted and says nothing of itself: the help shows what it said last.
  const [covered, setCovered] = useState<readonly KeyContext[]>([]);
  const outer = contextsOf(isLive(view));
  const onGo = useCallback((name: string) => setScreen(SCREENS.findIndex((one) => one.name === name)), []);

  useKeys(0, (key) => {
    // What the engine has said by now, which may be newer than the frame.
    const view = source.getView();
    const live = isLive(view);
    const go = (distance: number) => setScreen((screen + distance + SCREENS.length) % SCREENS.length);
    const actions: Partial<Record<KeyId, () => void>> = {
      help: () => {
        setCovered(inner);
        setOverlay("help");
      },
      quit: () => (live ? setOverlay("quit") : leave("closed")),
      "next-screen": () => go(1),
      "previous-screen": () => go(-1),
      "screen-1": () => setScreen(0),
      "screen-2": () => setScreen(1),
      "screen-3": () => setScreen(2),
      "screen-4": () => setScreen(3),
      "screen-5": () => setScreen(4),
      ...(home ? { home } : {}),
      pause: () => void source.send({ command: view.state === "paused" ? "resume" : "pause" }),
      step: () => void source.send({ command: "step" }),
      checkpoint: () => void source.send({ command: "checkpoint" }),
      stop: () => setOverlay("stop"),
    };
    const id = actionOf(key, contextsOf(live));
    const action = id && actions[id];
    action?.();
    return action !== undefined;
  });

  if (columns < LEAST.columns || rows < LEAST.rows) {
    return <Text wrap="truncate">{`${columns}x${rows} is too small: 60x20 or more is needed`}</Text>;
  }
  const body = { width: columns, height: rows - 3 };
  const { component: Current } = SCREENS[screen] as (typeof SCREENS)[number];
  const contexts = [...inner, ...outer];
  // What takes every key hides the others' keys: a question, the help, a filter that is typed.
  const shown: readonly KeyContext[] =
    overlay === "help" ? ["help"] : overlay ? ["confirm"] : inner.some(takesAll) ? inner : contexts;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Header width={columns} />
      <Tabs names={SCREENS.map(({ name }) => name)} current={screen} />
      {overlay ? (
        <Overlay
          kind={overlay}
          contexts={[...covered, ...outer]}
          {...body}
          close={() => setOverlay(null)}
          leave={leave}
        />
      ) : (
        <Current {...body} onContexts={onContexts} onGo={onGo} />
      )}
      <Footer contexts={shown} />
    </Box>
  );
}
