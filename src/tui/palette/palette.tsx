import { Box, type DOMElement, Text } from "ink";
import { useMemo, useRef, useState } from "react";
import { AzrError } from "../../errors/index.ts";
import { useKeys } from "../key-router.tsx";
import type { KeyContext } from "../keys/contexts.ts";
import { actionOf } from "../keys/table.ts";
import { useClick } from "../mouse.ts";
import { oneLine, wrapped } from "../printable.ts";
import { useKept, useRun, useSource } from "../run-context.tsx";
import { isLive } from "../run-view.ts";
import { emphasis } from "../theme.ts";
import { Panel } from "../widgets/panel.tsx";
import { edited, type TextValue, textValue } from "../widgets/text-edit.ts";
import { TextField } from "../widgets/text-field.tsx";
import { complete } from "./completion.ts";
import { parse } from "./parse.ts";
import { type Action, withoutEngine } from "./vocabulary.ts";

/** Lines that are kept for the arrow keys. */
const HISTORY = 100;

/** Rows that the palette takes of a screen's. */
export const paletteRows = (rows: number): number => Math.max(5, Math.min(11, Math.floor(rows / 3)));

/**
 * A line that is typed, what it may go on with, and beneath it what is wrong with it. Closes when what it says is done;
 * `act` resolves with the reason where that could not be.
 */
export function Palette(props: {
  /** Of the screen under it, the innermost first. */
  contexts: readonly KeyContext[];
  width: number;
  height: number;
  close: () => void;
  act: (action: Exclude<Action, { kind: "tell" }>) => Promise<string | null>;
}) {
  const { contexts, width, height, close, act } = props;
  const { run } = useSource();
  const view = useRun();
  // A recording has an engine that nothing can be told.
  const replay = view.replay !== null;
  const live = isLive(view) && !replay;
  const [value, setValue] = useState<TextValue>(textValue());
  /** The suggestion that was taken by the tabulator, and the line that it was made for. */
  const [taken, setTaken] = useState<{ line: string; index: number } | null>(null);
  const [said, setSaid] = useState<{ text: string; bad: boolean } | null>(null);
  const [history, setHistory] = useKept<readonly string[]>("palette/history", []);
  const [back, setBack] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was said may have changed the settings.
  const scope = useMemo(
    () => ({ contexts, live, replay, config: run.config() }),
    [contexts, live, replay, run, said],
  );
  const typed = taken?.line ?? value.text;
  const { lead, suggestions } = useMemo(() => complete(typed, scope), [typed, scope]);

  const show = (text: string) => {
    setValue(textValue(text));
    setSaid(null);
  };
  const take = (distance: number) => {
    if (suggestions.length === 0) return;
    takeAt(((taken?.index ?? (distance > 0 ? -1 : 0)) + distance + suggestions.length) % suggestions.length);
  };
  const takeAt = (index: number) => {
    setTaken({ line: typed, index });
    show(lead + (suggestions[index]?.word ?? ""));
  };
  const recall = (distance: number) => {
    const place = Math.max(0, Math.min(history.length, back + distance));
    setBack(place);
    setTaken(null);
    show(history[history.length - place] ?? "");
  };
  const enter = async () => {
    try {
      const action = parse(value.text, scope);
      if (action === null) return close();
      setHistory([...history.filter((line) => line !== value.text), value.text].slice(-HISTORY));
      if (action.kind === "tell") return setSaid({ text: action.text, bad: false });
      setSaid({ text: "…", bad: false });
      const reason = await act(action);
      if (reason === null) close();
      else setSaid({ text: reason, bad: true });
    } catch (error) {
      if (!(error instanceof AzrError)) throw error;
      setSaid({ text: error.message, bad: true });
    }
  };

  useKeys(2, (key) => {
    const action = actionOf(key, ["palette"]);
    if (action === "close-palette") close();
    else if (action === "run-command") void enter();
    else if (action === "complete-command") take(1);
    else if (action === "complete-back") take(-1);
    else if (action === "older-command") recall(1);
    else if (action === "newer-command") recall(-1);
    else {
      const next = edited(value, key);
      if (next && next.text !== value.text) {
        setTaken(null);
        setSaid(null);
        setBack(0);
      }
      if (next) setValue(next);
      return next ? "text" : true;
    }
    return true;
  });

  const answer = said ?? unable(withoutEngine(value.text, scope));
  // What is wrong is read whole: it takes rows of what the line may go on with.
  const answered = answer ? wrapped(oneLine(answer.text), width - 4, true).slice(0, height - 3) : [" "];
  const room = Math.max(0, height - 3 - answered.length);
  const chosen = taken?.index ?? -1;
  const first = Math.max(0, Math.min(chosen - room + 1, suggestions.length - room));
  const shown = suggestions.slice(first, first + room);
  const words = Math.min(44, Math.floor(width / 2), Math.max(0, ...shown.map(({ word }) => word.length)));
  const element = useRef<DOMElement>(null);
  useClick(element, (_, row) => {
    if (shown[row]) takeAt(first + row);
  });
  return (
    <Panel
      title="Command"
      note={suggestions.length > 0 ? `${suggestions.length} possible` : ""}
      width={width}
      height={height}
    >
      <Text wrap="truncate">
        <Text {...emphasis.title()}>:</Text>
        <TextField value={value} width={width - 5} placeholder="tab completes, ↑ earlier ones" />
      </Text>
      {answered.map((line, index) => (
        <Text key={index} wrap="truncate" {...(answer?.bad ? emphasis.bad() : emphasis.warning())}>
          {line}
        </Text>
      ))}
      <Box flexDirection="column" ref={element}>
        {shown.map(({ word, help }, index) => (
          <Text key={word} wrap="truncate">
            <Text inverse={first + index === chosen}>{ending(oneLine(word), words)}</Text>
            <Text {...emphasis.faint()}>{`  ${oneLine(help)}`}</Text>
          </Text>
        ))}
      </Box>
    </Panel>
  );
}

const unable = (text: string | null) => (text === null ? null : { text, bad: true });

/** Text in `width` columns; what is too long keeps its end, which tells a setting from its neighbours. */
const ending = (text: string, width: number): string =>
  text.length > width ? `…${text.slice(text.length - width + 1)}` : text.padEnd(width);
