import { Text } from "ink";
import { useMemo } from "react";
import { KEYS, type KeyContext } from "../keys.ts";
import { useRun, useSource } from "../run-context.tsx";
import { colour, emphasis, STATE_MARKS, stateEmphasis } from "../theme.ts";

/** Under this size nothing useful can be laid out; the layouts are made for 60x20 and up. */
export const LEAST = { columns: 40, rows: 12 };

/** The run's name, state and step; what must be seen on every screen stands first. */
export function Header({ width }: { width: number }) {
  const { status, state, snapshot, silentSeconds } = useRun();
  const { run } = useSource();
  const configured = useMemo(() => run.config().sandbox.backend, [run]);
  const backend = snapshot?.sandbox.backend || configured;
  return (
    <Text wrap="truncate">
      <Text {...emphasis.title()}> azr-tui </Text>
      {backend === "unsafe-local" && (
        <Text {...emphasis.bad()} inverse>
          {" UNSAFE: no sandbox "}
        </Text>
      )}
      <Text {...stateEmphasis(state)}>{` ${STATE_MARKS[state]} ${state}`}</Text>
      {silentSeconds > 0 && <Text {...emphasis.bad()}>{` silent ${silentSeconds} s`}</Text>}
      <Text>{`  step ${status.step}/${status.totalSteps}`}</Text>
      <Text bold>{`  ${status.name}`}</Text>
      {width >= 100 && snapshot && <Text {...emphasis.faint()}>{`  engine ${snapshot.pid}`}</Text>}
    </Text>
  );
}

/** The screens by their keys; the current one also stands out without colour. */
export function Tabs({ names, current }: { names: readonly string[]; current: number }) {
  return (
    <Text wrap="truncate">
      {names.map((name, index) =>
        index === current ? (
          <Text key={name} bold inverse>{`[${index + 1} ${name}]`}</Text>
        ) : (
          <Text key={name} {...emphasis.faint()}>{` ${index + 1} ${name} `}</Text>
        ),
      )}
    </Text>
  );
}

/** The keys of the active contexts that the key table names for it. */
export function Footer({ contexts }: { contexts: readonly KeyContext[] }) {
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
