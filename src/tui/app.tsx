import { Box, Text, useApp, useWindowSize } from "ink";
import { type ComponentType, useCallback, useState } from "react";
import { KeyRouter, useKeys } from "./key-router.tsx";
import { actionOf, KEYS, type KeyContext, type KeyId } from "./keys.ts";
import { RunProvider, useRun, useStore } from "./run-context.tsx";
import type { RunStore } from "./run-store.ts";
import { Dashboard } from "./screens/dashboard.tsx";
import { Log } from "./screens/log.tsx";
import { Rollouts } from "./screens/rollouts.tsx";
import type { ScreenProps } from "./screens/screen.ts";
import { Tasks } from "./screens/tasks.tsx";
import { colour, emphasis, stateEmphasis } from "./theme.ts";
import { Dialog } from "./widgets/dialog.tsx";
import { Help } from "./widgets/help.tsx";

/** How the user left: the run goes on, was told to stop, or had no engine. */
export type Departure = "detached" | "stopped" | "closed";

const SCREENS: readonly { name: string; component: ComponentType<ScreenProps> }[] = [
  { name: "Dashboard", component: Dashboard },
  { name: "Tasks", component: Tasks },
  { name: "Rollouts", component: Rollouts },
  { name: "Log", component: Log },
];

export function App({ store, onDepart }: { store: RunStore; onDepart: (departure: Departure) => void }) {
  return (
    <RunProvider value={store}>
      <KeyRouter>
        <Shell onDepart={onDepart} />
      </KeyRouter>
    </RunProvider>
  );
}

type Overlay = "help" | "quit" | "stop" | null;

function Shell({ onDepart }: { onDepart: (departure: Departure) => void }) {
  const { exit } = useApp();
  const { columns, rows } = useWindowSize();
  const store = useStore();
  const { status } = useRun();
  const [screen, setScreen] = useState(0);
  const [overlay, setOverlay] = useState<Overlay>(null);
  const [inner, setInner] = useState<KeyContext | null>(null);
  const onContext = useCallback((context: KeyContext | null) => setInner(context), []);
  const live = status.engine !== null;
  const contexts: KeyContext[] = [...(inner ? [inner] : []), "global", ...(live ? (["run"] as const) : [])];

  const leave = (departure: Departure) => {
    onDepart(departure);
    exit();
  };
  useKeys(0, (key) => {
    const action = actionOf(key, live ? ["global", "run"] : ["global"]);
    const go = (step: number) => setScreen((screen + step + SCREENS.length) % SCREENS.length);
    const actions: Partial<Record<KeyId, () => void>> = {
      help: () => setOverlay("help"),
      quit: () => (live ? setOverlay("quit") : leave("closed")),
      "next-screen": () => go(1),
      "previous-screen": () => go(-1),
      "screen-1": () => setScreen(0),
      "screen-2": () => setScreen(1),
      "screen-3": () => setScreen(2),
      "screen-4": () => setScreen(3),
      pause: () => void store.send({ command: status.state === "paused" ? "resume" : "pause" }),
      step: () => void store.send({ command: "step" }),
      checkpoint: () => void store.send({ command: "checkpoint" }),
      stop: () => setOverlay("stop"),
    };
    const run = action && actions[action];
    run?.();
    return run !== undefined;
  });

  const body = { width: columns, height: Math.max(1, rows - 3) };
  const Current = (SCREENS[screen] as (typeof SCREENS)[number]).component;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Header columns={columns} />
      <Text wrap="truncate">
        {SCREENS.map(({ name }, index) => (
          <Text key={name} inverse={index === screen} {...(index === screen ? {} : emphasis.faint())}>
            {` ${index + 1} ${name} `}
          </Text>
        ))}
      </Text>
      {overlay ? (
        <Overlaid
          overlay={overlay}
          contexts={contexts}
          {...body}
          close={() => setOverlay(null)}
          leave={leave}
        />
      ) : (
        <Current {...body} onContext={onContext} />
      )}
      <Footer contexts={overlay === "help" ? ["global"] : overlay ? ["confirm"] : contexts} />
    </Box>
  );
}

function Header({ columns }: { columns: number }) {
  const { status, snapshot } = useRun();
  return (
    <Text wrap="truncate">
      <Text {...emphasis.title()}> azr-tui </Text>
      <Text bold>{` ${status.name} `}</Text>
      <Text {...stateEmphasis(status.state)}>{` ${status.state}`}</Text>
      <Text>{`  step ${status.step}/${status.totalSteps}`}</Text>
      {snapshot?.sandbox.backend === "unsafe-local" && <Text {...emphasis.bad()}> UNSAFE: no sandbox</Text>}
      {columns >= 100 && snapshot && (
        <Text {...emphasis.faint()}>{`  sandbox ${snapshot.sandbox.backend}`}</Text>
      )}
    </Text>
  );
}

function Footer({ contexts }: { contexts: readonly KeyContext[] }) {
  const shown = KEYS.filter((binding) => contexts.includes(binding.when) && "footer" in binding);
  return (
    <Text wrap="truncate">
      {shown.map((binding) => (
        <Text key={binding.id}>
          <Text bold color={colour("cyan")}>{` ${binding.keys[0]}`}</Text>
          <Text {...emphasis.faint()}>{` ${"footer" in binding ? binding.footer : ""} `}</Text>
        </Text>
      ))}
    </Text>
  );
}

function Overlaid(props: {
  overlay: NonNullable<Overlay>;
  contexts: readonly KeyContext[];
  width: number;
  height: number;
  close: () => void;
  leave: (departure: Departure) => void;
}) {
  const { overlay, contexts, width, height, close, leave } = props;
  const store = useStore();
  const { status } = useRun();
  const stop = async () => {
    await store.send({ command: "stop" });
    leave("stopped");
  };
  useKeys(2, (key) => {
    if (overlay === "help") {
      if (actionOf(key, ["global"]) === "help" || key === "escape" || key === "q") close();
      // Scrolling is the help's own.
      return actionOf(key, ["detail"]) === undefined || key === "escape";
    }
    const action = actionOf(key, ["confirm"]);
    if (action === "no") close();
    else if (action === "yes" && overlay === "quit") leave("detached");
    else if ((action === "alternative" && overlay === "quit") || (action === "yes" && overlay === "stop"))
      void stop();
    return true;
  });
  if (overlay === "help") return <Help contexts={contexts} width={width} height={height} />;
  const lines =
    overlay === "quit"
      ? [
          `The run ${status.name} is at work.`,
          "  y  leave the screen, the run goes on",
          "  s  stop the run, with a checkpoint",
          "  n  back",
        ]
      : [`Stop ${status.name}? The last finished step is kept.`, "  y  stop, with a checkpoint", "  n  back"];
  return <Dialog title={overlay === "quit" ? "Leave" : "Stop"} lines={lines} width={width} height={height} />;
}
