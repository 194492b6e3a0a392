import { Box, useWindowSize } from "ink";
import { useContext, useMemo, useRef, useState } from "react";
import { presets } from "../../config/preset.ts";
import type { AzrError } from "../../errors/index.ts";
import { Beneath, useKeys } from "../key-router.tsx";
import type { KeyContext } from "../keys/contexts.ts";
import { actionOf, type KeyId } from "../keys/table.ts";
import { useNavigation } from "../navigation.tsx";
import { Kept, useKept } from "../run-context.tsx";
import type { Notice } from "../run-view.ts";
import type { Services } from "../services.ts";
import { useCopy } from "../use-copy.ts";
import { Help } from "../widgets/help.tsx";
import { listRows } from "../widgets/list-panel.tsx";
import { ListTabs } from "../widgets/list-tabs.tsx";
import { PlaceFrame } from "../widgets/place-frame.tsx";
import { edited, type TextValue, textValue } from "../widgets/text-edit.ts";
import { useVirtualList } from "../widgets/virtual-list.ts";
import { homeLayout, LISTS, type ListName } from "./layout.ts";
import { LeaveQuestion, runsAtWork } from "./leave-question.tsx";
import { showLeftRun } from "./left-run.ts";
import { ModelList, PresetList, RunList } from "./lists.tsx";
import type { CatalogEntry } from "./run-catalog.ts";
import { RunQuestion, type RunQuestionKind } from "./run-question.tsx";
import { useCatalog } from "./use-catalog.ts";
import { useModels } from "./use-models.ts";

const MOST_COMPARED = 4;
/** Lines above the first run: the names of the lists, the border, the heading. */
const ROWS_FROM = 3;
const COMMON = ["home", "rows", "list", "global"] as const satisfies readonly KeyContext[];
const CONTEXTS = [
  "homeRow",
  "homeRest",
  "homeRun",
  "homePreset",
  ...COMMON,
] as const satisfies readonly KeyContext[];

/** What there is and what can be begun: the runs, the presets, the models at hand. */
export function Home({ services }: { services: Services }) {
  const { catalog, refresh } = useCatalog(services.runsFolder);
  const { models, failure } = useModels(services);
  const { columns, rows } = useWindowSize();
  showLeftRun(useContext(Kept), catalog);
  const shipped = useMemo(() => presets(), []);
  const [list, setList] = useKept<ListName>("list", "runs");
  const [marks, setMarks] = useKept<readonly string[]>("marks", []);
  const [text, setText] = useKept<TextValue>("find", textValue());
  const [typing, setTyping] = useState(false);
  const [asked, setAsked] = useState<{ kind: RunQuestionKind; entry: CatalogEntry } | null>(null);
  const [leaving, setLeaving] = useState<readonly CatalogEntry[] | null>(null);
  const [help, setHelp] = useState(false);
  const [notice, setNotice] = useState<Notice | null>(null);
  const navigation = useNavigation();
  const copy = useCopy();

  const wanted = text.text.toLowerCase();
  const holds = (...words: string[]) => words.join(" ").toLowerCase().includes(wanted);
  const runs = catalog.entries.filter(({ name }) => holds(name));
  const shownPresets = shipped.filter(({ name, about }) => holds(name, about));
  const shownModels = models?.filter(({ source, about }) => holds(source, about)) ?? null;
  // The frame takes three rows, the names of the lists one.
  const layout = homeLayout(columns, rows - 4, list, { models: shownModels?.length ?? 0 });
  const room = (name: ListName) => listRows(layout[name]?.height ?? rows, name === "runs");
  const lists = {
    runs: useVirtualList("home/runs", names(runs, "path"), room("runs")),
    presets: useVirtualList("home/presets", names(shownPresets, "name"), room("presets")),
    models: useVirtualList("home/models", names(shownModels ?? [], "source"), room("models")),
  };
  const run = list === "runs" ? runs[lists.runs.selected] : undefined;
  const preset = list === "presets" ? shownPresets[lists.presets.selected] : undefined;
  const model = list === "models" ? shownModels?.[lists.models.selected] : undefined;
  const contexts: readonly KeyContext[] = typing ? ["find", "text"] : help ? ["help"] : CONTEXTS;

  // The last line names what goes with the chosen row; a key that does not go with it says so.
  const isAtWork = (entry: CatalogEntry) => {
    const facts = catalog.facts(entry);
    return facts.kind === "run" && facts.status.engine !== null;
  };
  const onRow: readonly KeyContext[] = [
    ...(run || preset || model ? (["homeRow"] as const) : []),
    ...(run && !isAtWork(run) ? (["homeRest"] as const) : []),
    ...(run ? (["homeRun"] as const) : []),
    ...(preset ? (["homePreset"] as const) : []),
  ];
  /** What goes on by itself is told once the terminal is given back. */
  const leave = () => {
    const atWork = runsAtWork(catalog).map(({ path }) => path);
    navigation?.leave(atWork.length > 0 ? "detached" : "closed", atWork);
  };
  const refuse = (text: string) => setNotice({ text, bad: true });
  const refused = ({ message, mend = "" }: AzrError) => refuse(`${message} ${mend}`);
  const turn = (distance: number) => {
    const index = LISTS.indexOf(list) + distance + LISTS.length;
    setList(LISTS[index % LISTS.length] as ListName);
  };
  const startPreset = async (name: string) => {
    const { loadConfig } = await import("../../config/load.ts");
    const config = loadConfig({ preset: name });
    navigation?.go({ kind: "start", plan: { path: services.newRunPath(name), config, resume: false } });
  };
  const choosing = useRef(false);
  const formOf = async (source: string) => {
    // Return that is pressed twice opens one form.
    if (choosing.current) return;
    choosing.current = true;
    try {
      const { preset, why: note } = await services.fittingPreset(source);
      navigation?.go({ kind: "form", preset, model: source, note });
    } finally {
      choosing.current = false;
    }
  };
  const withRun = (act: (entry: CatalogEntry) => void) => () =>
    run
      ? act(run)
      : refuse(list === "runs" ? "There is no run yet." : "That goes with a run: tab leads to them.");
  const actions: Partial<Record<KeyId, () => void>> = {
    help: () => setHelp(true),
    quit: () => {
      const atWork = runsAtWork(catalog);
      if (atWork.length === 0) navigation?.leave("closed");
      else setLeaving(atWork);
    },
    "next-list": () => turn(1),
    "previous-list": () => turn(-1),
    find: () => setTyping(true),
    drop: () => {
      if (text.text) setText(textValue());
      else if (marks.length > 0) setMarks([]);
      else navigation?.back();
    },
    "new-run": () => navigation?.go({ kind: "form" }),
    "home-open": () => {
      if (preset) return navigation?.go({ kind: "form", preset: preset.name });
      if (model) return void formOf(model.source);
      withRun((entry) => {
        const facts = catalog.facts(entry);
        if (facts.kind === "broken") return refuse(`${entry.name} is broken: ${facts.reason}`);
        navigation?.go({ kind: "run", runDirectory: entry.path }, refused);
      })();
    },
    "start-now": () =>
      preset
        ? void startPreset(preset.name)
        : refuse("Tab leads to the presets: s starts the selected one. n opens the form."),
    resume: withRun((entry) =>
      isAtWork(entry)
        ? refuse(`${entry.name} is at work: return opens it.`)
        : setAsked({ kind: "resume", entry }),
    ),
    delete: withRun((entry) => setAsked({ kind: "delete", entry })),
    mark: withRun((entry) => {
      if (marks.includes(entry.path)) return setMarks(marks.filter((path) => path !== entry.path));
      if (catalog.facts(entry).kind === "broken") return refuse(`${entry.name} is broken.`);
      if (marks.length === MOST_COMPARED) return refuse(`${MOST_COMPARED} runs are compared at most.`);
      setMarks([...marks, entry.path]);
      lists.runs.move("down");
    }),
    "copy-row": () => {
      const text = run?.path ?? preset?.name ?? model?.source;
      if (text !== undefined) setNotice({ text: copy(text), bad: false });
    },
    compare: () => {
      const there = marks.filter((path) => catalog.entries.some((entry) => entry.path === path));
      if (there.length < 2) return refuse("Mark two to four runs with space; c compares them.");
      navigation?.go({ kind: "compare", runs: there }, refused);
    },
  };
  useKeys(1, (key) => {
    if (typing) {
      if (key === "ctrl+c") return false;
      const action = actionOf(key, ["find"]);
      if (action === "drop-find") setText(textValue());
      else if (!action) setText(edited(text, key) ?? text);
      if (action) setTyping(false);
      return action ? true : "text";
    }
    if (help) {
      if (actionOf(key, ["help"]) === "close") setHelp(false);
      return key !== "ctrl+c";
    }
    setNotice(null);
    const action = actionOf(key, contexts);
    if (lists[list].move(action)) return true;
    const act = action && actions[action];
    act?.();
    return act !== undefined;
  });
  const onNotice = (done: Notice) => {
    setNotice(done);
    refresh();
  };
  const onDone = (done: Notice | null) => {
    setAsked(null);
    if (done) onNotice(done);
  };
  useKeys(0, (key) => {
    if (key === "ctrl+c") leave();
    return true;
  });

  return (
    <PlaceFrame
      title="home"
      note={`${catalog.entries.length} ${catalog.entries.length === 1 ? "run" : "runs"} in ${services.runsFolder}${navigation?.isFirst() === false ? "; escape leads back to the replay" : ""}`}
      notice={notice ?? (marks.length > 0 ? { text: `${marks.length} marked`, bad: false } : null)}
      contexts={
        leaving
          ? ["confirm"]
          : asked
            ? [asked.kind === "delete" ? "confirm" : "prompt"]
            : contexts === CONTEXTS
              ? [...onRow, ...COMMON]
              : contexts
      }
    >
      {({ width, height }) => {
        if (help) return <Help contexts={CONTEXTS} width={width} height={height} />;
        const { runs: runsArea, presets: presetsArea, models: modelsArea } = layout;
        const common = (name: ListName) => ({
          list: lists[name],
          focused: list === name,
          onWheel: () => setList(name),
          onClick: (index: number) => {
            if (list === name && lists[name].selected === index) return actions["home-open"]?.();
            setNotice(null);
            setList(name);
            lists[name].select(index);
          },
        });
        return (
          <Box flexDirection="column" width={width} height={height}>
            <Beneath covered={asked !== null || leaving !== null}>
              <ListTabs
                names={LISTS}
                current={list}
                onChoose={setList}
                find={typing || text.text ? { text, typing } : null}
                width={width}
              />
              <Box>
                {runsArea && (
                  <Box flexShrink={0}>
                    <RunList
                      {...runsArea}
                      {...common("runs")}
                      entries={runs}
                      total={catalog.entries.length}
                      marks={marks}
                      facts={(entry) => catalog.facts(entry)}
                      folder={services.runsFolder}
                    />
                  </Box>
                )}
                <Box flexDirection="column" flexShrink={0}>
                  {presetsArea && (
                    <PresetList
                      {...presetsArea}
                      {...common("presets")}
                      presets={shownPresets}
                      models={models ?? []}
                    />
                  )}
                  {modelsArea && (
                    <ModelList {...modelsArea} {...common("models")} models={shownModels} failure={failure} />
                  )}
                </Box>
              </Box>
            </Beneath>
            {asked && (
              <RunQuestion
                {...{ ...asked, services, height, onDone, onNotice }}
                width={layout.runs?.width ?? width}
                facts={catalog.facts(asked.entry)}
                place={{ row: ROWS_FROM + lists.runs.selected - lists.runs.top }}
              />
            )}
            {leaving && (
              <LeaveQuestion {...{ width, height, leave }} runs={leaving} close={() => setLeaving(null)} />
            )}
          </Box>
        );
      }}
    </PlaceFrame>
  );
}

const names = <K extends string>(rows: readonly Record<K, string>[], key: K): string[] =>
  rows.map((row) => row[key]);
