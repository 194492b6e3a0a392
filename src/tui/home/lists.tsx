import { Box, Text } from "ink";
import prettyBytes from "pretty-bytes";
import { useMemo } from "react";
import { presetModel } from "../../config/load.ts";
import type { PresetInfo } from "../../config/preset.ts";
import { cell, oneLine, wrapped } from "../printable.ts";
import type { ModelAtHand } from "../services.ts";
import { emphasis } from "../theme.ts";
import { ListPanel, listRows } from "../widgets/list-panel.tsx";
import type { VirtualList } from "../widgets/virtual-list.ts";
import type { Area } from "./layout.ts";
import type { CatalogEntry, RunFacts } from "./run-catalog.ts";
import { modelName, runColumns, runHeading, runLine } from "./run-line.tsx";

interface ListProps extends Area {
  list: VirtualList;
  focused: boolean;
  onClick: (index: number) => void;
  onWheel: () => void;
}

export function RunList(
  props: ListProps & {
    entries: readonly CatalogEntry[];
    /** All runs, the hidden ones too. */
    total: number;
    marks: readonly string[];
    facts: (entry: CatalogEntry) => RunFacts;
    folder: string;
  },
) {
  const { entries, total, marks, facts, folder, width, height, ...rest } = props;
  const chosen = rest.focused ? entries[rest.list.selected] : undefined;
  const longest = Math.max(0, ...entries.map(({ name }) => name.length));
  // A mark and a blank stand before the name.
  const columns = runColumns(width - 5 - 2, longest);
  return (
    <ListPanel
      {...rest}
      title={`Runs: ${entries.length}${entries.length < total ? ` of ${total}` : ""}`}
      heading={`  ${runHeading(columns)}`}
      total={entries.length}
      row={(index) => {
        const entry = entries[index] as CatalogEntry;
        return (
          <Text>
            <Text {...emphasis.warning()}>{marks.includes(entry.path) ? "◆ " : "  "}</Text>
            {runLine(entry, facts(entry), columns)}
          </Text>
        );
      }}
      empty={total > 0 ? <Nothing /> : <FirstSteps folder={folder} width={width - 4} />}
      below={chosen ? wholeRun(chosen, facts(chosen), width - 4) : []}
      width={width}
      height={height}
    />
  );
}

/** What the columns may have cut of a run: its name, why it is broken, its model. */
function wholeRun({ name }: CatalogEntry, facts: RunFacts, width: number): string[] {
  const words = facts.kind === "broken" ? `broken: ${facts.reason}` : modelName(facts.model);
  return sentence(oneLine(`${name}: ${words}`), width);
}

/** Presets with their sentences: whole where all have room, else cut, and the chosen one's below. */
export function PresetList(
  props: ListProps & { presets: readonly PresetInfo[]; models: readonly ModelAtHand[] },
) {
  const { presets, models, list, ...rest } = props;
  const name = Math.max(6, ...presets.map((preset) => preset.name.length)) + 2;
  const room = rest.width - 5 - name;
  const whole = presets.map(({ about }) => sentence(about, room));
  const fits = room >= LEAST_SENTENCE && whole.flat().length <= listRows(rest.height, false);
  const chosen = rest.focused ? presets[list.selected] : undefined;
  const source = useMemo(() => chosen && presetModel(chosen.name), [chosen]);
  const words = [
    ...(chosen && !fits ? sentence(chosen.about, rest.width - 4) : []),
    ...(source === undefined ? [] : sentence(modelWords(source, models), rest.width - 4)),
  ];
  return (
    <ListPanel
      {...rest}
      list={list}
      title={`Presets: ${presets.length}`}
      total={presets.length}
      row={(index) => {
        const { name: title, about } = presets[index] as PresetInfo;
        const lines = fits ? (whole[index] ?? []) : [about];
        return lines.map((line, part) => (
          <Text key={part}>
            {cell(part === 0 ? title : "", name)}
            <Text {...emphasis.faint()}>{cell(line, room)}</Text>
          </Text>
        ));
      }}
      empty={<Nothing />}
      below={words}
    />
  );
}

/** A preset's model, and whether a run fetches it first. */
function modelWords(source: string, models: readonly ModelAtHand[]): string {
  const found = models.find((model) => model.source.toLowerCase() === source.toLowerCase());
  if (found?.state === "fetched") return `model ${source}`;
  const size = found?.state === "not fetched" ? `, ${prettyBytes(found.bytes)}` : "";
  return `model ${source}: not on this machine${size}; s asks before it is fetched`;
}

const sentence = (text: string, width: number): string[] => wrapped(text, width).map((line) => line.trim());

/** Columns under which a sentence makes more lines than it is worth. */
const LEAST_SENTENCE = 24;

export function ModelList(props: ListProps & { models: readonly ModelAtHand[] | null; failure: string }) {
  const { models, failure, width, ...rest } = props;
  const shown = models ?? [];
  const chosen = rest.focused ? shown[rest.list.selected] : undefined;
  const longest = Math.max(8, ...shown.map(({ source }) => source.length));
  const name = Math.min(longest, Math.max(20, width - 40)) + 1;
  return (
    <ListPanel
      {...rest}
      title={`Models: ${models ? shown.length : "..."}`}
      total={shown.length}
      row={(index, room) => {
        const { source, about, bytes, state } = shown[index] as ModelAtHand;
        const marks = { fetched: "✓", incomplete: "!", "not fetched": "↓" };
        const size = prettyBytes(bytes);
        return (
          <Text>
            <Text
              {...(state === "fetched" ? emphasis.good() : emphasis.warning())}
            >{`${marks[state]} `}</Text>
            {cell(oneLine(source), Math.min(name, room - 12))}
            {size.padStart(9)}
            <Text
              {...emphasis.faint()}
            >{`  ${state === "fetched" ? "" : `${state}; `}${oneLine(about)}`}</Text>
          </Text>
        );
      }}
      empty={failure ? <Text {...emphasis.bad()}>{oneLine(failure)}</Text> : <Nothing />}
      below={chosen ? sentence(oneLine(chosen.about), width - 4) : []}
      width={width}
    />
  );
}

function Nothing() {
  return <Text {...emphasis.faint()}>Nothing matches; escape shows all.</Text>;
}

/** What one who has no run yet can do. */
function FirstSteps({ folder, width }: { folder: string; width: number }) {
  const lines = [
    ["", " "],
    ["tab", "leads to the presets: return opens one as a form, s starts it at once."],
    ["", "tiny is the first to try: its model comes along, its steps are short."],
    ["n", "opens the form of a new run: the settings that matter most, or all."],
    ["tab tab", "leads to the models: return opens the form with one and a preset that fits."],
    ["?", "shows every key, q leaves."],
  ] as const;
  const room = Math.max(20, width - 9);
  const rows = lines.flatMap(([key, text]) =>
    wrapped(text, room).map((line, index) => ({ key: index === 0 ? key : "", line })),
  );
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate">{`There is no run in ${folder}/ yet.`}</Text>
      {rows.map(({ key, line }, index) => (
        <Text key={index} wrap="truncate">
          <Text {...emphasis.title()}>{cell(key, 9)}</Text>
          {line}
        </Text>
      ))}
    </Box>
  );
}
