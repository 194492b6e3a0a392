import { Box, type DOMElement, Text, useWindowSize } from "ink";
import { memo, useMemo, useRef } from "react";
import type { Viewers } from "../../engine/protocol.ts";
import { usePress } from "../key-router.tsx";
import type { KeyBinding } from "../keys/binding.ts";
import type { KeyContext } from "../keys/contexts.ts";
import { actionOf, KEYS } from "../keys/table.ts";
import { useClick } from "../mouse.ts";
import { oneLine } from "../printable.ts";
import { useRun, useSource } from "../run-context.tsx";
import { hasEnded, type Replay } from "../run-view.ts";
import { colour, emphasis, STATE_MARKS, stateEmphasis } from "../theme.ts";
import { ChoiceLine } from "./choice-line.tsx";

/** Under this size nothing useful can be laid out; the layouts are made for 60x20 and up. */
export const LEAST = { columns: 40, rows: 12 };

/** Stands where a screen would in a terminal under that size. */
export function TooSmall({ columns, rows }: { columns: number; rows: number }) {
  const least = `${LEAST.columns}x${LEAST.rows}`;
  return <Text wrap="truncate">{`${columns}x${rows} is too small: ${least} is the least`}</Text>;
}

/** The run's name, state and step; what must be seen on every screen stands first. */
export function Header({ width }: { width: number }) {
  const { status, state, snapshot, silentSeconds, deadFor, replay, viewer, gone, stopping } = useRun();
  const { run } = useSource();
  const configured = useMemo(() => run.config().sandbox.backend, [run]);
  // A recording may end before its run does, which then is at work no more.
  const stands = replay !== null && hasEnded(replay) && state === "running";
  const backend = snapshot?.sandbox.backend || configured;
  return (
    <Text wrap="truncate">
      <Text {...emphasis.title()}> azr-tui </Text>
      {backend === "unsafe-local" && (
        <Text {...emphasis.bad()} inverse>
          {" UNSAFE: no sandbox "}
        </Text>
      )}
      {gone !== null && (
        <Text {...emphasis.bad()} inverse>
          {" directory gone "}
        </Text>
      )}
      {replay && <Text {...emphasis.warning()} inverse>{` replay ${played(replay)} `}</Text>}
      {!stands && <Text {...stateEmphasis(state)}>{` ${STATE_MARKS[state]} ${state}`}</Text>}
      {stopping && <Text {...emphasis.warning()}> stopping</Text>}
      {silentSeconds > 0 && <Text {...emphasis.bad()}>{` silent ${silentSeconds} s`}</Text>}
      {deadFor && <Text {...emphasis.bad()}>{` last word ${deadFor} ago`}</Text>}
      <Text>{`  step ${status.step}/${status.totalSteps}`}</Text>
      <Text bold>{`  ${oneLine(status.name)}`}</Text>
      {snapshot && !replay && <Text {...emphasis.warning()}>{watching(snapshot.viewers, viewer)}</Text>}
      {width >= 100 && snapshot && <Text {...emphasis.faint()}>{`  engine ${snapshot.pid}`}</Text>}
    </Text>
  );
}

/** `0:42/3:10 x4 paused` */
function played(replay: Replay): string {
  const { at, length, speed, paused } = replay;
  const clock = (ms: number) => {
    const seconds = Math.floor(ms / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  return `${clock(at)}/${clock(length)} x${speed}${hasEnded(replay) ? " ended" : paused ? " paused" : ""}`;
}

/** Who drives, where there is somebody else; nothing for who is alone. */
function watching({ names, driver }: Viewers, viewer: string | null): string {
  if (names.length < 2) return "";
  const drives = driver === null ? "" : driver === viewer ? ", you drive" : `, ${oneLine(driver)} drives`;
  return `  ${names.length} viewers${drives}`;
}

/** The screens by their keys. A click selects one. */
export const Tabs = memo(
  (props: { names: readonly string[]; current: number; onSelect: (index: number) => void }) => {
    const { names, current, onSelect } = props;
    return (
      <ChoiceLine
        names={names.map((name, index) => `${index + 1} ${name}`)}
        chosen={current}
        onChoose={onSelect}
      />
    );
  },
);

interface FooterKey {
  key: string;
  word: string;
  rank: number;
}

/** Names of keys that a symbol says in fewer columns. */
const SYMBOLS: Record<string, string> = { return: "⏎", escape: "esc" };
const LAST_RANK = 10;

/**
 * What may stand in the last line, what matters most first: by rank, then what is looked at, the innermost first, then
 * what holds everywhere. A key that means something else further in is left out.
 */
function footerKeys(contexts: readonly KeyContext[]): FooterKey[] {
  const bindings: readonly KeyBinding[] = KEYS;
  const shown = contexts.flatMap((context) =>
    bindings.flatMap(({ id, keys, when, footer, rank = LAST_RANK }) => {
      const [key] = keys;
      return when === context && footer !== undefined && key !== undefined
        ? [{ id, key, word: footer, rank }]
        : [];
    }),
  );
  return shown.filter(({ id, key }) => actionOf(key, contexts) === id).sort((a, b) => a.rank - b.rank);
}

/** As many of the keys as have room, named whole; a click on one presses it. The help has the others. */
export const Footer = memo(({ contexts }: { contexts: readonly KeyContext[] }) => {
  const press = usePress();
  const element = useRef<DOMElement>(null);
  const { columns } = useWindowSize();
  let room = columns;
  const shown = footerKeys(contexts)
    .map(({ key, word }) => ({ key, name: ` ${SYMBOLS[key] ?? key}`, word: ` ${word} ` }))
    .filter(({ name, word }) => {
      const width = name.length + word.length;
      if (width > room) return false;
      room -= width;
      return true;
    });
  useClick(element, (column) => {
    let end = 0;
    const clicked = shown.find(({ name, word }) => {
      end += name.length + word.length;
      return column < end;
    });
    if (clicked) press(clicked.key);
  });
  return (
    <Box ref={element}>
      <Text wrap="truncate">
        {shown.map(({ name, word }) => (
          <Text key={name + word}>
            <Text bold color={colour("cyan")}>
              {name}
            </Text>
            <Text {...emphasis.faint()}>{word}</Text>
          </Text>
        ))}
      </Text>
    </Box>
  );
});
