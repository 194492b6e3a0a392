import { basename } from "node:path";
import { Text, useApp } from "ink";
import { Fragment, useEffect, useMemo, useSyncExternalStore } from "react";
import { AzrError } from "../errors/index.ts";
import type { RunPlace as RunPlaceView } from "./app.tsx";
import { KeyRouter } from "./key-router.tsx";
import {
  type Departure,
  type Navigation,
  NavigationProvider,
  type Place,
  useNavigation,
} from "./navigation.tsx";
import type { OpenedPlace, PlaceStack } from "./place-stack.ts";
import { KeptProvider } from "./run-context.tsx";
import type { RunSource } from "./run-view.ts";
import type { Services } from "./services.ts";
import { TerminalProvider } from "./terminal-context.ts";
import type { TerminalSession } from "./terminal-session.ts";
import { subscribeTheme, themeVersion } from "./theme.ts";

interface RootProps {
  places: PlaceStack;
  /** Absent in a test, whose process is not to be stopped. */
  terminal?: TerminalSession;
  onDepart: (exit: RootExit) => void;
}

/** The topmost of the places. */
export function Root({ places, terminal, onDepart }: RootProps) {
  const { exit, suspendTerminal } = useApp();
  useEffect(() => terminal?.onSuspend(suspendTerminal), [terminal, suspendTerminal]);
  const top = useSyncExternalStore(places.subscribe, places.getTop);
  // A terminal that tells its background late has everything drawn anew.
  const colours = useSyncExternalStore(subscribeTheme, themeVersion);
  const navigation = useMemo<Navigation>(() => {
    const end = (how: RootExit) => {
      onDepart(how);
      exit();
    };
    const told = (error: unknown) =>
      end({
        departure: "closed",
        failure: error instanceof Error ? error : new Error(String(error)),
      });
    return {
      go: (place, refused) =>
        void places
          .go(place)
          .catch((error: unknown) => (error instanceof AzrError && refused ? refused(error) : told(error))),
      replace: (place) => void places.go(place, true).catch(told),
      back: () => places.back(),
      isFirst: places.isFirst,
      home: () => void places.home().catch(told),
      leave: (departure, atWork = []) =>
        end({ departure, ...(atWork.length > 0 ? { atWork } : {}), failure: null }),
      fail: told,
    };
  }, [places, onDepart, exit]);
  // The first frame is out: what other places need is loaded before it is asked for.
  useEffect(() => {
    const timer = setTimeout(() => void loadPlaces(), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <TerminalProvider value={terminal ?? null}>
      <NavigationProvider value={navigation}>
        <KeyRouter>
          <KeptProvider value={top.kept}>
            <Fragment key={`${top.id} ${colours}`}>{top.element}</Fragment>
          </KeptProvider>
        </KeyRouter>
      </NavigationProvider>
    </TerminalProvider>
  );
}

export interface RootExit {
  departure: Departure;
  /** Directories of the runs that home knows to go on. */
  atWork?: readonly string[];
  /** To be told once the terminal is given back. */
  failure: Error | null;
}

/** Each place is imported when it is first shown: the first frame waits for no other's code. */
const LOADERS: {
  [K in Place["kind"]]: (place: Extract<Place, { kind: K }>, services: Services) => Promise<OpenedPlace>;
} = {
  home: async (_, services) => {
    const { Home } = await import("./home/home.tsx");
    return { element: <Home services={services} /> };
  },
  form: async ({ kind: _, ...from }, services) => {
    const { Form } = await import("./form/form.tsx");
    return { element: <Form services={services} {...from} /> };
  },
  start: async ({ plan }, services) => {
    const { Start } = await import("./start/start.tsx");
    return { element: <Start plan={plan} services={services} /> };
  },
  compare: async ({ runs }) => {
    const [{ Compare }, { ComparedRuns }] = await Promise.all([
      import("./compare/compare.tsx"),
      import("./compare/compared-runs.ts"),
    ]);
    const compared = new ComparedRuns(runs);
    return { element: <Compare compared={compared} />, close: () => compared[Symbol.dispose]() };
  },
  run: async ({ runDirectory, launch, viewer }, services) => {
    const [{ RunPlace }, { RunStore }] = await Promise.all([import("./app.tsx"), import("./run-store.ts")]);
    using opened = new DisposableStack();
    const store = opened.use(new RunStore(runDirectory, viewer));
    // Told now and not by the screen that first asks for it.
    store.run.config();
    store.start(launch);
    opened.move();
    return {
      element: <Placed view={RunPlace} source={store} services={services} />,
      close: () => store[Symbol.dispose](),
      run: store.run.path,
      failure: () => store.launchFailure,
    };
  },
  replay: async ({ file, speed }) => {
    const [{ RunPlace }, { ReplaySource }, { readRecording }] = await Promise.all([
      import("./app.tsx"),
      import("./replay/replay-source.ts"),
      import("./replay/recording.ts"),
    ]);
    const source = new ReplaySource(readRecording(file), speed);
    source.start();
    return {
      element: <Placed view={RunPlace} source={source} />,
      close: () => source[Symbol.dispose](),
    };
  },
};

/** A run's screens with the ways out of them. */
function Placed(props: { view: typeof RunPlaceView; source: RunSource; services?: Services }) {
  const { view: View, source, services } = props;
  const navigation = useNavigation();
  if (!navigation) return null;
  const goOn = async (steps: number | null) => {
    const plan = await services?.goOn(source.run.path, steps);
    if (!plan) return;
    await services?.check(plan);
    navigation.go({ kind: "start", plan });
  };
  const home = () => {
    const { playback } = source;
    if (!playback) return navigation.home();
    // Unlike a run, it is in no list that leads back to it.
    playback.halt();
    navigation.go({ kind: "home" });
  };
  return <View source={source} leave={navigation.leave} home={home} {...(services ? { goOn } : {})} />;
}

/** What is shown until a place is opened that takes a moment; null where none does. */
export function opening(place: Place): OpenedPlace | null {
  if (place.kind !== "run" && place.kind !== "compare") return null;
  const names = (place.kind === "run" ? [place.runDirectory] : place.runs).map((path) => basename(path));
  return { element: <Text wrap="truncate">{` azr-tui  opens ${names.join(", ")}`}</Text> };
}

/** Opens a place; rejects with an AzrError where it cannot be. */
export function openPlace(place: Place, services: Services): Promise<OpenedPlace> {
  const load = LOADERS[place.kind] as (place: Place, services: Services) => Promise<OpenedPlace>;
  return load(place, services);
}

async function loadPlaces(): Promise<void> {
  await import("./home/home.tsx");
  await import("./form/form.tsx");
  await import("./start/start.tsx");
  const { OTHER_SCREENS } = await import("./app.tsx");
  await OTHER_SCREENS.load();
}
