import { Box, Text, useWindowSize } from "ink";
import { useEffect, useMemo, useState } from "react";
import { finalFigures, metricSeries, settingDifferences, settingWords } from "../../runs/index.ts";
import type { ChartColour, Series } from "../charts/line-chart.ts";
import { logWords } from "../charts/log-axis.ts";
import { SMOOTHINGS } from "../charts/smoothing.ts";
import { useKeys } from "../key-router.tsx";
import type { KeyContext } from "../keys/contexts.ts";
import { actionOf, type KeyId } from "../keys/table.ts";
import { useNavigation } from "../navigation.tsx";
import { cell, oneLine } from "../printable.ts";
import { useKept } from "../run-context.tsx";
import { colour, emphasis } from "../theme.ts";
import { useCopy } from "../use-copy.ts";
import { Help } from "../widgets/help.tsx";
import { LineChart } from "../widgets/line-chart.tsx";
import { ListPanel, listRows } from "../widgets/list-panel.tsx";
import { ListTabs } from "../widgets/list-tabs.tsx";
import { Panel } from "../widgets/panel.tsx";
import { PlaceFrame } from "../widgets/place-frame.tsx";
import { edited, type TextValue, textValue } from "../widgets/text-edit.ts";
import { useVirtualList } from "../widgets/virtual-list.ts";
import type { ComparedRuns } from "./compared-runs.ts";
import { figureChart, figureText } from "./figure.ts";
import { compareLayout } from "./layout.ts";

const CONTEXTS = ["compare", "rows", "list", "global"] as const satisfies readonly KeyContext[];
const TABLES = ["figures", "settings"] as const;
type TableName = (typeof TABLES)[number];
/** How runs are told apart, with colours and without. */
const LOOKS: readonly { colour: ChartColour; mark: string }[] = [
  { colour: "cyan", mark: "●" },
  { colour: "yellow", mark: "■" },
  { colour: "magenta", mark: "▲" },
  { colour: "green", mark: "◆" },
];
/** Figures that are asked for first. */
const FIRST = /^solve\/.*\/(reward|solve_rate)$|^propose\/[\w-]+\/(reward|validity)$|pass@1$|\/loss$/;
const POLL_MS = 1_000;

/** Runs over each other: one figure of all as curves, every figure at its end, the settings in which they differ. */
export function Compare({ compared }: { compared: ComparedRuns }) {
  const navigation = useNavigation();
  const { columns, rows } = useWindowSize();
  const { runs } = compared;
  const version = useVersion(compared);
  const [list, setList] = useKept<TableName>("compare/list", "figures");
  const [text, setText] = useKept<TextValue>("compare/find", textValue());
  const [smoothing, setSmoothing] = useKept("compare/smoothing", 0);
  const [log, setLog] = useKept("compare/log", false);
  const [typing, setTyping] = useState(false);
  const [help, setHelp] = useState(false);
  const [said, say] = useState("");
  const copy = useCopy();

  const layout = compareLayout(columns, rows - 4, list);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for what the databases hold.
  const figures = useMemo(() => finalFigures(runs.map(({ database }) => database)), [runs, version]);
  const settings = useMemo(() => settingDifferences(runs.map((run) => run.settings)), [runs]);
  const wanted = text.text.trim().toLowerCase();
  const matching = figures.filter(({ name }) =>
    `${name} ${wanted ? figureChart(name).title : ""}`.toLowerCase().includes(wanted),
  );
  const shownFigures = [
    ...matching.filter(({ name }) => FIRST.test(name)),
    ...matching.filter(({ name }) => !FIRST.test(name)),
  ];
  const shownSettings = settings.filter(({ path }) => path.toLowerCase().includes(wanted));
  const lists = {
    figures: useVirtualList(
      "compare/figures",
      shownFigures.map(({ name }) => name),
      listRows((layout.figures ?? layout.settings)?.height ?? 1, true),
    ),
    settings: useVirtualList(
      "compare/settings",
      shownSettings.map(({ path }) => path),
      listRows((layout.settings ?? layout.figures)?.height ?? 1, true),
    ),
  };
  const figure = shownFigures[lists.figures.selected]?.name ?? null;
  const chartOf = useMemo(() => figureChart(figure ?? ""), [figure]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above.
  const series = useMemo<Series[]>(
    () =>
      figure === null
        ? []
        : runs.map(({ name, database }, index) => ({
            ...(LOOKS[index] as (typeof LOOKS)[number]),
            title: oneLine(name),
            points: chartOf.points(metricSeries(database, figure)),
          })),
    [runs, figure, chartOf, version],
  );

  const turn = () => setList(list === "figures" ? "settings" : "figures");
  const choose = (table: TableName, index: number) => {
    setList(table);
    lists[table].select(index);
  };
  const actions: Partial<Record<KeyId, () => void>> = {
    help: () => setHelp(true),
    quit: () => navigation?.leave("closed"),
    "other-table": turn,
    "compare-smooth": () => setSmoothing((smoothing + 1) % SMOOTHINGS.length),
    "compare-log": () => setLog(!log),
    "copy-row": () => {
      const row = list === "figures" ? shownFigures[lists.figures.selected] : undefined;
      const setting = list === "settings" ? shownSettings[lists.settings.selected] : undefined;
      const titles = runs.map(({ name }) => name);
      if (row) say(copy(tableText(["figure", ...titles], [row.name, ...row.values])));
      if (setting)
        say(
          copy(
            tableText(
              ["setting", ...titles],
              [setting.path, ...setting.history.map((values) => settingWords(values, written))],
            ),
          ),
        );
    },
    "find-figure": () => setTyping(true),
    "compare-back": () => {
      if (text.text) setText(textValue());
      else if (!navigation?.back()) navigation?.home();
    },
  };
  useKeys(1, (key) => {
    if (key === "ctrl+c") {
      navigation?.leave("closed");
      return true;
    }
    if (typing) {
      const action = actionOf(key, ["find"]);
      if (action === "drop-find") setText(textValue());
      if (action) setTyping(false);
      else setText(edited(text, key) ?? text);
      return true;
    }
    if (help) {
      if (actionOf(key, ["help"]) !== "close") return false;
      setHelp(false);
      return true;
    }
    say("");
    const action = actionOf(key, CONTEXTS);
    if (lists[list].move(action)) return true;
    if (action) actions[action]?.();
    return true;
  });

  return (
    <PlaceFrame
      title={runs.map(({ name }) => oneLine(name)).join(" / ")}
      note="compared"
      notice={said ? { text: said, bad: false } : null}
      contexts={typing ? ["find", "text"] : help ? ["help"] : CONTEXTS}
    >
      {({ width, height }) => {
        if (help) return <Help contexts={CONTEXTS} width={width} height={height} />;
        const { chart } = layout;
        const strength = SMOOTHINGS[smoothing] ?? 0;
        const notes = [
          "by step",
          ...(strength > 0 ? [`smoothed ${strength}`] : []),
          ...(log ? [logWords(series, [0, Number.MAX_SAFE_INTEGER])] : []),
        ];
        return (
          <Box flexDirection="column" width={width} height={height}>
            <ListTabs
              names={TABLES}
              current={list}
              onChoose={setList}
              find={typing || text.text ? { text, typing } : null}
              width={width}
            />
            <Panel title={figure === null ? "no figure" : chartOf.title} note={notes.join(", ")} {...chart}>
              <LineChart
                series={series}
                {...(chartOf.range ? { range: chartOf.range } : {})}
                smoothing={strength}
                log={log}
                width={chart.width - 4}
                height={chart.height - 2}
                empty="no figures yet"
              />
            </Panel>
            <Box>
              {layout.figures && (
                <Box flexShrink={0}>
                  <ListPanel
                    {...layout.figures}
                    title={`Figures: ${shownFigures.length}`}
                    note="mean of the last 10 steps or fewer"
                    heading={heading("figure", runs, layout.figures.width - 5)}
                    list={lists.figures}
                    total={shownFigures.length}
                    focused={list === "figures"}
                    onWheel={() => setList("figures")}
                    onClick={(index) => choose("figures", index)}
                    row={(index, room) => {
                      const { name, values } = shownFigures[index] as (typeof figures)[number];
                      const letters = columnsOf(runs.length, room).value - 1;
                      const texts = values.map((value) => figureText(name, value, letters));
                      return <TableRow name={name} values={texts} width={room} />;
                    }}
                    empty={<Text {...emphasis.faint()}>No figure matches; escape shows all.</Text>}
                  />
                </Box>
              )}
              {layout.settings && (
                <Box flexShrink={0}>
                  <ListPanel
                    {...layout.settings}
                    title={`Settings that differ: ${shownSettings.length}`}
                    heading={heading("setting", runs, layout.settings.width - 5, WIDEST.setting)}
                    list={lists.settings}
                    total={shownSettings.length}
                    focused={list === "settings"}
                    onWheel={() => setList("settings")}
                    onClick={(index) => choose("settings", index)}
                    row={(index, room) => {
                      const { path, history } = shownSettings[index] as (typeof settings)[number];
                      const words = history.map((values) => settingWords(values, written));
                      return <TableRow name={path} values={words} width={room} widest={WIDEST.setting} />;
                    }}
                    empty={
                      <Text {...emphasis.faint()}>
                        {wanted ? "None matches." : "None: they are the same."}
                      </Text>
                    }
                  />
                </Box>
              )}
            </Box>
          </Box>
        );
      }}
    </PlaceFrame>
  );
}

/** A number that grows as the runs write. */
function useVersion(compared: ComparedRuns): string {
  const [version, setVersion] = useState(() => compared.version());
  useEffect(() => {
    const timer = setInterval(() => setVersion(compared.version()), POLL_MS);
    return () => clearInterval(timer);
  }, [compared]);
  return version;
}

/** What a run's column has at most: a setting that was changed takes more. */
const WIDEST = { figure: 18, setting: 24 } as const;

/** Columns of a table: the name has what the values leave, each of which has its run's. */
function columnsOf(
  runs: number,
  width: number,
  widest: number = WIDEST.figure,
): { name: number; value: number } {
  const value = Math.max(8, Math.min(widest, Math.floor((width * 0.6) / runs)));
  return { name: width - value * runs, value };
}

function heading(title: string, runs: ComparedRuns["runs"], width: number, widest?: number): string {
  const { name, value } = columnsOf(runs.length, width, widest);
  const titles = runs.map((run, index) => cell(` ${LOOKS[index]?.mark} ${oneLine(run.name)}`, value));
  return cell(title, name) + titles.join("");
}

function TableRow(props: { name: string; values: readonly string[]; width: number; widest?: number }) {
  const { name, values, width, widest } = props;
  const columns = columnsOf(values.length, width, widest);
  const cut = name.length > columns.name ? `…${name.slice(name.length - columns.name + 1)}` : name;
  return (
    <Text>
      {cell(cut, columns.name)}
      {values.map((value, index) => (
        <Text key={index} color={colour(LOOKS[index]?.colour ?? "white")}>
          {cell(` ${value}`, columns.value)}
        </Text>
      ))}
    </Text>
  );
}

/** Two lines of fields with tabs between, as tables take them: the runs, and what each has. */
const tableText = (titles: readonly string[], values: readonly unknown[]): string =>
  [titles, values.map((value) => (typeof value === "string" ? value : (JSON.stringify(value) ?? "-")))]
    .map((fields) => fields.map((field) => oneLine(field)).join("\t"))
    .join("\n");

function written(value: unknown): string {
  if (value === undefined) return "-";
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  return oneLine(typeof value === "string" ? value : JSON.stringify(value));
}
