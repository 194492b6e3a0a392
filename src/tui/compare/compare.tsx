import { Box, type DOMElement, useWindowSize } from "ink";
import { memo, type RefObject, useMemo, useRef, useState } from "react";
import { settingDifferences, settingWords } from "../../runs/index.ts";
import { CHART_VIEW, type ChartView, changedView, clickedView } from "../charts/chart-view.ts";
import { useKeys } from "../key-router.tsx";
import type { KeyContext } from "../keys/contexts.ts";
import { actionOf, type KeyId } from "../keys/table.ts";
import { useWheel } from "../mouse.ts";
import { useNavigation } from "../navigation.tsx";
import { endCell } from "../printable.ts";
import { useKept } from "../run-context.tsx";
import { useCopy } from "../use-copy.ts";
import { ChartGrid, gridOf } from "../widgets/chart-grid.tsx";
import { ChartPanel, type ChartProps } from "../widgets/chart-panel.tsx";
import { FullChart } from "../widgets/full-chart.tsx";
import { Help } from "../widgets/help.tsx";
import { listRows } from "../widgets/list-panel.tsx";
import { ListTabs } from "../widgets/list-tabs.tsx";
import { PlaceFrame } from "../widgets/place-frame.tsx";
import { edited, type TextValue, textValue } from "../widgets/text-edit.ts";
import { useVirtualList } from "../widgets/virtual-list.ts";
import type { ComparedRuns } from "./compared-runs.ts";
import { figureWords } from "./figure.ts";
import { compareLayout } from "./layout.ts";
import { looksOf, type RunLook } from "./looks.ts";
import { RunsLine } from "./runs-line.tsx";
import { FiguresTable, SettingsTable, tableText, written } from "./tables.tsx";
import { useFigures, useRevision, useRunSeries, useRunSteps, valuesAt } from "./use-figures.ts";

const CONTEXTS = {
  all: ["compare", "compared", "rows", "list", "charts", "global"],
  full: ["chart", "charts", "compared", "global"],
} as const satisfies Record<string, readonly KeyContext[]>;
const TABLES = ["figures", "settings"] as const;
type TableName = (typeof TABLES)[number];

/** Least width of a chart: titles differ at their ends. */
const CHART_COLUMNS = 38;
/** What the view of all charts knows the runs' lines by: one that is switched off is so in every chart. */
const RUNS = "runs";

/** Runs over each other: figures of all as curves, every figure at its end, the settings in which they differ. */
export function Compare({ compared }: { compared: ComparedRuns }) {
  const navigation = useNavigation();
  const { columns, rows } = useWindowSize();
  const { runs } = compared;
  const revision = useRevision(compared);
  const [list, setList] = useKept<TableName>("compare/list", "figures");
  const [text, setText] = useKept<TextValue>("compare/find", textValue());
  const [view, setView] = useKept<ChartView>("compare/charts", CHART_VIEW);
  const [typing, setTyping] = useState(false);
  const [help, setHelp] = useState(false);
  const [said, say] = useState("");
  const copy = useCopy();

  const hidden = view.hidden[RUNS];
  const looks = useMemo(() => looksOf(runs, hidden), [runs, hidden]);
  const layout = compareLayout(columns, rows - 4, list);
  const figures = useFigures(compared, revision);
  const { steps, ends } = useRunSteps(compared, revision);
  const settings = useMemo(() => settingDifferences(runs.map((run) => run.settings)), [runs]);
  const wanted = text.text.trim().toLowerCase();
  const shownFigures = figures.filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(wanted));
  const shownSettings = settings.filter(({ path }) => path.toLowerCase().includes(wanted));
  const ids = shownFigures.map(({ name }) => name);
  const lists = {
    figures: useVirtualList(
      "compare/figures",
      ids,
      listRows((layout.figures ?? layout.settings)?.height ?? 1, true),
    ),
    settings: useVirtualList(
      "compare/settings",
      shownSettings.map(({ path }) => path),
      listRows((layout.settings ?? layout.figures)?.height ?? 1, true),
    ),
  };
  const figure = ids[lists.figures.selected] ?? null;
  const full = view.full && figure !== null;
  const contexts = full ? CONTEXTS.full : CONTEXTS.all;
  const scene = { ids, steps, lines: looks.map(({ title }) => title), hides: RUNS };

  /** The selected chart is the selected figure: the list moves along. */
  const look = (next: ChartView) => {
    setView(next);
    const index = next.selected === figure ? -1 : ids.indexOf(next.selected ?? "");
    if (index >= 0) lists.figures.select(index);
  };
  const seen = useMemo(() => ({ ...view, selected: figure }), [view, figure]);
  const chart = (action: KeyId | undefined, from = seen): boolean => {
    const next = changedView(from, action, scene);
    if (next) look(next);
    return next !== null;
  };
  const toggle = (line: number) => {
    const next = line < runs.length ? changedView({ ...seen, line }, "show-line", scene) : null;
    if (!next) say(`There are ${runs.length} runs.`);
    else if (next.hidden === view.hidden) say("One run stays to be seen.");
    else look(next);
  };
  const clicked = useRef<Clicked>(() => undefined);
  clicked.current = (id, at) => {
    if (at !== "title") look(clickedView(seen, id, id === figure, at));
    else look(id === figure ? { ...seen, full: !full } : clickedView(seen, id, false, null));
  };
  /** What the wheel was turned over last. */
  const over = useRef<"charts" | "list">("list");
  const charts = useRef<DOMElement>(null);
  useWheel(charts, () => {
    over.current = "charts";
  });

  const choose = (table: TableName, index: number) => {
    setList(table);
    lists[table].select(index);
  };
  const focus = (table: TableName) => {
    over.current = "list";
    setList(table);
  };
  const actions: Partial<Record<KeyId, (key: string) => void>> = {
    help: () => setHelp(true),
    quit: () => navigation?.leave("closed"),
    "other-table": () => setList(list === "figures" ? "settings" : "figures"),
    "toggle-run": (key) => toggle(Number(key) - 1),
    "copy-row": () => {
      const row = list === "figures" ? shownFigures[lists.figures.selected] : undefined;
      const setting = list === "settings" ? shownSettings[lists.settings.selected] : undefined;
      const titles = looks.map(({ title }) => title);
      if (row) say(copy(tableText(["figure", ...titles], [row.name, ...valuesOf(row)])));
      const histories = setting?.history.map((values) => settingWords(values, written)) ?? [];
      if (setting) say(copy(tableText(["setting", ...titles], [setting.path, ...histories])));
    },
    "find-figure": () => setTyping(true),
    "compare-back": () => {
      if (chart("drop-crosshair")) return;
      if (text.text) setText(textValue());
      else if (!navigation?.back()) navigation?.home();
    },
  };
  const valuesOf = (row: (typeof figures)[number]) =>
    view.crosshair === null ? row.values : valuesAt(compared, row.name, view.crosshair, { revision, ends });
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
      return action ? true : "text";
    }
    if (help) {
      if (actionOf(key, ["help"]) !== "close") return false;
      setHelp(false);
      return true;
    }
    say("");
    if (key.startsWith("wheel") && over.current === "charts") return chart(actionOf(key, ["charts"]));
    const action = actionOf(key, contexts);
    if (action && actions[action]) actions[action](key);
    else if (full || !lists[list].move(action)) chart(action);
    return true;
  });

  return (
    <PlaceFrame
      title=""
      heading={(width) => <RunsLine looks={looks} width={width} onToggle={toggle} />}
      notice={said ? { text: said, bad: false } : null}
      hint={figure && list === "figures" ? figureWords(figure) : ""}
      contexts={typing ? ["find", "text"] : help ? ["help"] : contexts}
    >
      {({ width, height }) => {
        if (help) return <Help contexts={contexts} width={width} height={height} />;
        const shown = { looks, compared, revision, ends, clicked, view: seen, steps };
        const place = `${lists.figures.selected + 1}/${ids.length}`;
        if (full) {
          const onLine = (line: number) => (line === view.line ? toggle(line) : setView({ ...view, line }));
          return (
            <Box ref={charts}>
              <RunChart {...shown} id={figure} {...{ place, width, height, onLine }} />
            </Box>
          );
        }
        const grid = gridOf(layout.chart.width, layout.chart.height, ids.length, CHART_COLUMNS);
        const alone = grid.columns * grid.rows === 1;
        return (
          <Box flexDirection="column" width={width} height={height}>
            <ListTabs
              names={TABLES}
              current={list}
              onChoose={setList}
              find={typing || text.text ? { text, typing } : null}
              width={width}
            />
            <Box ref={charts}>
              <ChartGrid
                ids={ids}
                selected={figure}
                {...layout.chart}
                columnsOfOne={CHART_COLUMNS}
                chart={(id, size) => (
                  <RunChart key={id} {...shown} id={id} {...size} legend={alone ? true : "values"} />
                )}
              />
            </Box>
            <Box>
              {layout.figures && (
                <FiguresTable
                  area={layout.figures}
                  list={lists.figures}
                  rows={shownFigures}
                  valuesOf={valuesOf}
                  at={view.crosshair}
                  looks={looks}
                  focused={list === "figures"}
                  onFocus={() => focus("figures")}
                  onChoose={(index) => choose("figures", index)}
                />
              )}
              {layout.settings && (
                <SettingsTable
                  area={layout.settings}
                  list={lists.settings}
                  rows={shownSettings}
                  narrowed={wanted !== ""}
                  looks={looks}
                  focused={list === "settings"}
                  onFocus={() => focus("settings")}
                  onChoose={(index) => choose("settings", index)}
                />
              )}
            </Box>
          </Box>
        );
      }}
    </PlaceFrame>
  );
}

/** Told of a click on a chart: on its title, at a step, or beside the steps. */
type Clicked = (id: string, at: number | null | "title") => void;

/** One figure of all runs, over the whole screen where its lines can be clicked on. Drawn anew only when what it shows has changed. */
const RunChart = memo(
  (
    props: Pick<ChartProps, "view" | "steps" | "width" | "height" | "place"> & {
      id: string;
      looks: readonly RunLook[];
      compared: ComparedRuns;
      revision: number;
      ends: readonly number[];
      clicked: RefObject<Clicked>;
      legend?: boolean | "values";
      onLine?: (line: number) => void;
    },
  ) => {
    const { id, looks, compared, revision, ends, clicked, legend = true, onLine, ...size } = props;
    const { chart, series } = useRunSeries(compared, id, looks, { revision, ends });
    const shared = {
      ...size,
      chart,
      series,
      lines: RUNS,
      onStep: (step: number | null) => clicked.current(id, step),
      onTitle: () => clicked.current(id, "title"),
    };
    if (onLine) return <FullChart {...shared} onLine={onLine} />;
    const [mark, room] = size.place ? ["▸ ", 2] : ["", 0];
    // Titles differ at their ends.
    const cut = (_: string, width: number) => mark + endCell(chart.title, width - room);
    return <ChartPanel {...shared} title={mark + chart.title} cut={cut} legend={legend} />;
  },
);
