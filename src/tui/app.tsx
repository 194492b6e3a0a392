import { Box, useApp, useWindowSize } from "ink";
import { type ComponentType, memo, useCallback, useMemo, useRef, useState } from "react";
import { Beneath, gotoKey, gotoOf, KeyRouter, useKeys, usePress } from "./key-router.tsx";
import type { KeyContext } from "./keys/contexts.ts";
import { actionOf, type KeyId } from "./keys/table.ts";
import { Later, useLater } from "./later.ts";
import { Palette, paletteRows } from "./palette/palette.tsx";
import type { Action } from "./palette/vocabulary.ts";
import { oneLine } from "./printable.ts";
import { KeptProvider, RunProvider, useRun, useSource } from "./run-context.tsx";
import { hasEnded, isLive, otherDriver, type RunSource, type RunView } from "./run-view.ts";
import { Dashboard } from "./screens/dashboard/dashboard.tsx";
import type { ScreenProps } from "./screens/screen.ts";
import { ErrorBoundary } from "./widgets/error-boundary.tsx";
import { Footer, Header, LEAST, Tabs, TooSmall } from "./widgets/frame.tsx";
import { NoticeLine } from "./widgets/notice-line.tsx";
import { type Departure, departureOf, Overlay, type OverlayKind } from "./widgets/overlay.tsx";

export type { Departure } from "./widgets/overlay.tsx";

/** Loaded before they are asked for, unless a key is very quick. */
export const OTHER_SCREENS = new Later(() => import("./screens/others.ts"));

/** What the engine says does not draw a screen anew, but the parts of it that show it. */
const FIRST_SCREEN = memo(Dashboard);
const NAMES = ["Dashboard", "Tasks", "Rollouts", "Eval", "Log", "System"] as const;

/** The screen of a name; null while its code is loaded. */
function useScreen(name: (typeof NAMES)[number]): ComponentType<ScreenProps> | null {
  const others = useLater(OTHER_SCREENS);
  return name === "Dashboard" ? FIRST_SCREEN : (others?.[name] ?? null);
}

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
  /** Sets the run up to go on, to a number of steps or its own. Absent where nothing can be set up. */
  goOn?: (steps: number | null) => Promise<void>;
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

const LIVE: readonly KeyContext[] = ["screens", "run", "global"];
const ENDED: readonly KeyContext[] = ["screens", "ended", "global"];
const LEFT: readonly KeyContext[] = ["screens", "global"];
const REPLAYED: readonly KeyContext[] = ["screens", "playing", "replay", "global"];
const PLAYED: readonly KeyContext[] = ["screens", "replay", "global"];

/** A replay has no engine to be told anything. */
function contextsOf(view: RunView, goesOn: boolean): readonly KeyContext[] {
  if (view.replay) return REPLAYED;
  return isLive(view) ? LIVE : goesOn && view.gone === null ? ENDED : LEFT;
}

/** How far the keys of a replay move it. */
const SEEK_MS = 5_000;

/** The contexts whose keys alone hold while something is over a screen. */
const COVERED = {
  palette: ["palette"],
  help: ["help"],
  quit: ["confirm"],
  stop: ["confirm"],
  resume: ["prompt"],
} as const satisfies Record<OverlayKind | "palette", readonly KeyContext[]>;

function Shell({ leave, home, goOn }: Omit<RunPlaceProps, "source">) {
  const { columns, rows } = useWindowSize();
  const source = useSource();
  const view = useRun();
  const [screen, setScreen] = useState(0);
  const [overlay, setOverlay] = useState<OverlayKind | null>(null);
  const [commanding, setCommanding] = useState(false);
  const press = usePress();
  const [inner, setInner] = useState<readonly KeyContext[]>([]);
  const onContexts = useCallback((contexts: readonly KeyContext[]) => setInner(contexts), []);
  // Under an overlay the screen is not mounted and says nothing of itself: the help shows what it said last.
  const [covered, setCovered] = useState<readonly KeyContext[]>([]);
  // Its keys do what they can at its end too, but are not offered there.
  const outer = view.replay && hasEnded(view.replay) ? PLAYED : contextsOf(view, goOn !== undefined);
  const contexts = useMemo(() => [...inner, ...outer], [inner, outer]);
  const onGo = useCallback((name: string) => setScreen((NAMES as readonly string[]).indexOf(name)), []);
  const name = NAMES[screen] ?? NAMES[0];
  const Current = useScreen(name);

  useKeys(0, (key) => {
    // What the engine has said by now, which may be newer than the frame.
    const view = source.getView();
    const live = isLive(view);
    const pause = () => void source.send({ command: view.state === "paused" ? "resume" : "pause" });
    const step = () => void source.send({ command: "step" });
    const go = (distance: number) => setScreen((screen + distance + NAMES.length) % NAMES.length);
    const actions: Partial<Record<KeyId, () => void>> = {
      help: () => {
        setCovered(inner);
        setOverlay("help");
      },
      palette: () => setCommanding(true),
      quit: () => (live && !view.replay ? setOverlay("quit") : leave("closed")),
      "next-screen": () => go(1),
      "previous-screen": () => go(-1),
      "screen-1": () => setScreen(0),
      "screen-2": () => setScreen(1),
      "screen-3": () => setScreen(2),
      "screen-4": () => setScreen(3),
      "screen-5": () => setScreen(4),
      "screen-6": () => setScreen(5),
      ...(home ? { home } : {}),
      pause,
      step,
      "replay-pause": pause,
      "replay-step": () => source.playback?.toStep(1),
      "replay-step-back": () => source.playback?.toStep(-1),
      "replay-back": () => source.playback?.moveBy(-SEEK_MS),
      "replay-forth": () => source.playback?.moveBy(SEEK_MS),
      "replay-slower": () => source.playback?.changeSpeed(-1),
      "replay-faster": () => source.playback?.changeSpeed(1),
      "replay-again": () => source.playback?.restart(),
      checkpoint: () => void source.send({ command: "checkpoint" }),
      evaluate: () => void source.send({ command: "evaluate" }),
      stop: () => {
        const driver = otherDriver(view);
        if (driver === null) setOverlay("stop");
        else source.tell({ text: `${oneLine(driver)} drives. \`:drive\` takes over.`, bad: true });
      },
      "go-on": () => setOverlay("resume"),
    };
    if (gotoOf(key) !== null) {
      source.tell({ text: "There is nothing numbered here to go to.", bad: true });
      return true;
    }
    const id = actionOf(key, contextsOf(view, goOn !== undefined));
    const action = id && actions[id];
    action?.();
    return action !== undefined;
  });

  const act = async (action: Exclude<Action, { kind: "tell" }>): Promise<string | null> => {
    if (action.kind === "send") {
      if (await source.send(action.command)) return null;
      return source.getView().notice?.text ?? "The engine did not do it.";
    }
    if (action.kind === "detach") leave(departureOf(source.getView()));
    else press(action.kind === "press" ? action.key : gotoKey(action.number));
    return null;
  };

  if (columns < LEAST.columns || rows < LEAST.rows) {
    return <TooSmall columns={columns} rows={rows} />;
  }
  const bar = commanding && !overlay ? paletteRows(rows) : 0;
  const body = { width: columns, height: rows - 3 - bar };
  const asking = overlay !== null && overlay !== "help";
  // What takes every key hides the others' keys: a question, the help, a filter that is typed.
  const cover = bar > 0 ? "palette" : overlay;
  const shown = cover ? COVERED[cover] : inner.some(takesAll) ? inner : contexts;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflowY="hidden">
      <Header width={columns} />
      <Beneath covered={asking}>
        <Tabs names={NAMES} current={screen} onSelect={setScreen} />
      </Beneath>
      <Box {...body} flexShrink={0}>
        {overlay !== "help" && (
          <Beneath covered={asking}>
            <ErrorBoundary key={name} name={name} attempt={view.revision} {...body}>
              {Current ? <Current {...body} onContexts={onContexts} onGo={onGo} /> : <Box {...body} />}
            </ErrorBoundary>
          </Beneath>
        )}
        {overlay && (
          <Overlay
            kind={overlay}
            contexts={[...covered, ...outer]}
            {...body}
            close={() => setOverlay(null)}
            leave={leave}
            {...(goOn ? { goOn } : {})}
          />
        )}
      </Box>
      {bar > 0 && (
        <Palette
          contexts={contexts}
          width={columns}
          height={bar}
          close={() => setCommanding(false)}
          act={act}
        />
      )}
      <Footer contexts={shown} />
      {view.notice && bar === 0 && <NoticeLine notice={view.notice} columns={columns} row={rows - 2} />}
    </Box>
  );
}
