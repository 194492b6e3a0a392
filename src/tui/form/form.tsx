import { Box, Text, useApp, useWindowSize } from "ink";
import { useMemo, useRef, useState } from "react";
import { checkDraft } from "../../config/draft.ts";
import { AzrError } from "../../errors/index.ts";
import { RunCatalog } from "../home/run-catalog.ts";
import { Beneath, useKeys } from "../key-router.tsx";
import type { KeyContext } from "../keys/contexts.ts";
import { actionOf, type KeyId } from "../keys/table.ts";
import { useNavigation } from "../navigation.tsx";
import { wrapped } from "../printable.ts";
import { useKept } from "../run-context.tsx";
import type { Notice } from "../run-view.ts";
import type { Services } from "../services.ts";
import { emphasis } from "../theme.ts";
import { useCopy } from "../use-copy.ts";
import { ChoiceLine } from "../widgets/choice-line.tsx";
import { Dialog } from "../widgets/dialog.tsx";
import { Help } from "../widgets/help.tsx";
import { ListPanel, listRows } from "../widgets/list-panel.tsx";
import { Panel } from "../widgets/panel.tsx";
import { PlaceFrame } from "../widgets/place-frame.tsx";
import { edited, type TextValue, textValue } from "../widgets/text-edit.ts";
import { TextField } from "../widgets/text-field.tsx";
import { useVirtualList } from "../widgets/virtual-list.ts";
import { editText, formYaml, withYaml } from "./editor.ts";
import { EstimateLine } from "./estimate-line.tsx";
import {
  countChanges,
  type FormRow,
  type FormState,
  formRows,
  turned,
  withoutChange,
  withText,
} from "./form-state.ts";
import { formLayout } from "./layout.ts";
import { SettingHelp, SettingLine } from "./setting.tsx";
import { isShown, type Shown } from "./short-list.ts";
import { stepTimes } from "./step-times.ts";

const CONTEXTS = ["form", "rows", "list", "global"] as const satisfies readonly KeyContext[];

const NOTES: Record<Shown, string> = { short: "a shows all", all: "", changed: "changed ones" };

type Overlay =
  | { kind: "help" }
  | { kind: "leave"; quit: boolean }
  | { kind: "mishap"; text: string; error: string };

/** Every setting of a new run, from the schema: searched, explained, checked as it is typed, and started from here. */
export function Form(props: {
  services: Services;
  preset?: string | null;
  model?: string;
  /** Said first. */
  note?: string;
}) {
  const { services, preset = null, model, note } = props;
  const navigation = useNavigation();
  const { suspendTerminal } = useApp();
  const copy = useCopy();
  const { columns, rows: screenRows } = useWindowSize();
  const first = useMemo(() => firstState(preset, model), [preset, model]);
  const [state, setState] = useKept<FormState>("form", first);
  const [search, setSearch] = useKept<TextValue>("search", textValue());
  const [shown, setShown] = useKept<Shown>("shown", "short");
  const [mode, setMode] = useState<"list" | "search" | { value: TextValue; row: FormRow }>("list");
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const [notice, setNotice] = useState<Notice | null>(note ? { text: note, bad: false } : null);
  const times = useMemo(() => stepTimes(new RunCatalog(services.runsFolder).entries), [services]);

  // What is being typed is checked as if it were taken.
  const typing = typeof mode === "object" ? mode : null;
  const candidate = typing ? withText(state, typing.row, typing.value.text) : state;
  const draft = useMemo(() => checkDraft(candidate), [candidate]);
  const freeName = useMemo(
    () =>
      services
        .newRunPath(candidate.preset ?? "train")
        .split(/[/\\]/)
        .at(-1) ?? "",
    [services, candidate.preset],
  );
  const all = formRows(candidate, draft, freeName);
  const wrong = (path: string) => draft.issues.filter(({ paths }) => paths.includes(path));
  const searching = mode === "search" || search.text !== "";
  const ordinary = all.filter((row) => isShown(row, shown, wrong(row.path).length > 0));
  // Every setting is searched; those that are called so come before those that speak of it.
  const found = searching
    ? all
        .filter((row) => matches(row, search.text))
        .sort((a, b) => rank(a, search.text) - rank(b, search.text))
    : [];
  const rows = searching ? found : ordinary;
  const layout = formLayout(columns, screenRows - 3);
  const visible = listRows(layout.list.height, false);
  const paths = (of: readonly FormRow[]) => of.map(({ path }) => path);
  // A search has a place of its own, so that its end leads back to where one was.
  const place = useVirtualList("form", paths(ordinary), visible);
  const foundPlace = useVirtualList("form/found", paths(found), visible);
  const list = searching ? foundPlace : place;
  const row = rows[list.selected];
  const sections = [...new Set(rows.map(({ section }) => section))];

  const leave = (quit: boolean) => {
    if (quit) navigation?.leave("closed");
    else if (!navigation?.back()) navigation?.home();
  };
  const askToLeave = (quit: boolean) =>
    countChanges(state) > 0 ? setOverlay({ kind: "leave", quit }) : leave(quit);
  const step = (distance: 1 | -1) => {
    const next = row && turned(row, distance);
    if (row && next !== null && next !== undefined) setState(withText(state, row, next));
    return next != null;
  };
  const toSection = (distance: 1 | -1) => {
    const at = sections.indexOf(row?.section ?? "") + distance + sections.length;
    const target = sections[at % sections.length];
    list.selectFirst(rows.findIndex(({ section }) => section === target));
  };
  const editing = useRef(false);
  const editYaml = async (text: string) => {
    // A key that was pressed again before the editor had the terminal.
    if (editing.current) return;
    editing.current = true;
    let written = text;
    try {
      await suspendTerminal(async () => {
        written = editText(text, "run.yaml");
      });
      setState(withYaml(state, written));
      setOverlay(null);
      setNotice({ text: "Taken from the YAML.", bad: false });
    } catch (error) {
      if (!(error instanceof AzrError)) return navigation?.fail(error as Error);
      setOverlay({ kind: "mishap", text: written, error: error.message });
    } finally {
      editing.current = false;
    }
  };
  const start = async () => {
    const { config, issues } = draft;
    if (!config) {
      const count = issues.length === 1 ? "One setting is" : `${issues.length} settings are`;
      return setNotice({ text: `${count} wrong: n leads there.`, bad: true });
    }
    const path =
      state.name === ""
        ? config.output_dir || services.newRunPath(state.preset ?? "train")
        : services.runPath(state.name);
    const plan = { path, config, resume: false };
    try {
      await services.check(plan);
      navigation?.go({ kind: "start", plan });
    } catch (error) {
      if (!(error instanceof AzrError)) return navigation?.fail(error as Error);
      setNotice({ text: `${error.message} ${error.mend ?? ""}`, bad: true });
    }
  };
  const actions: Partial<Record<KeyId, () => void>> = {
    help: () => setOverlay({ kind: "help" }),
    quit: () => askToLeave(true),
    edit: () => row && !step(1) && setMode({ row, value: textValue(row.value) }),
    "next-value": () => void step(1),
    "previous-value": () => void step(-1),
    unset: () => row && setState(withoutChange(state, row.path)),
    // As `--set` takes it.
    "copy-row": () => row && setNotice({ text: copy(`${row.path}=${row.value}`), bad: false }),
    search: () => {
      if (!searching) foundPlace.select(0);
      setMode("search");
    },
    changed: () => setShown(shown === "changed" ? "short" : "changed"),
    "all-settings": () => setShown(shown === "all" ? "short" : "all"),
    wrong: () => {
      const places = [...rows.keys()].filter((index) => wrong(rows[index]?.path ?? "").length > 0);
      const next = places.find((index) => index > list.selected) ?? places[0];
      if (next !== undefined) list.select(next);
      else
        setNotice({
          text: draft.issues.length > 0 ? "It is not among those that are shown." : "Nothing is wrong.",
          bad: false,
        });
    },
    "next-section": () => toSection(1),
    "previous-section": () => toSection(-1),
    yaml: () => void editYaml(formYaml(state, draft)),
    launch: () => void start(),
    "form-back": () => {
      if (search.text) setSearch(textValue());
      else if (shown !== "short") setShown("short");
      else askToLeave(false);
    },
  };
  useKeys(1, (key) => {
    if (overlay) return overlayKey(key, overlay);
    if (typing) {
      if (key === "ctrl+c") return false;
      const action = actionOf(key, ["value"]);
      if (action === "take") setState(candidate);
      if (action) setMode("list");
      else setMode({ row: typing.row, value: edited(typing.value, key) ?? typing.value });
      return action ? true : "text";
    }
    if (mode === "search") {
      if (key === "ctrl+c") return false;
      const action = actionOf(key, ["find"]);
      if (action === "drop-find") setSearch(textValue());
      if (action) setMode("list");
      else {
        setSearch(edited(search, key) ?? search);
        foundPlace.select(0);
      }
      return action ? true : "text";
    }
    setNotice(null);
    const action = actionOf(key, CONTEXTS);
    if (list.move(action)) return true;
    const act = action && actions[action];
    act?.();
    return act !== undefined;
  });
  useKeys(0, (key) => {
    if (key === "ctrl+c") navigation?.leave("closed");
    return true;
  });
  const overlayKey = (key: string, shown: Overlay): boolean => {
    if (key === "ctrl+c") return false;
    if (shown.kind === "help") {
      if (actionOf(key, ["help"]) !== "close") return false;
      setOverlay(null);
    } else if (shown.kind === "leave") {
      const answer = actionOf(key, ["confirm"]);
      if (answer === "no") setOverlay(null);
      else if (answer === "yes") leave(shown.quit);
    } else {
      const answer = actionOf(key, ["mishap"]);
      if (answer === "discard") setOverlay(null);
      else if (answer === "edit-again") void editYaml(shown.text);
    }
    return true;
  };

  const changes = countChanges(state);
  const contexts: readonly KeyContext[] = typing
    ? ["value"]
    : mode === "search"
      ? ["find", "text"]
      : CONTEXTS;
  const overlayContexts = { help: ["help"], leave: ["confirm"], mishap: ["mishap"] } as const;
  return (
    <PlaceFrame
      title="new run"
      note={`${changes === 0 ? "nothing changed" : `${changes} changed`}${draft.issues.length > 0 ? `, ${draft.issues.length} wrong` : ""}`}
      notice={notice}
      contexts={overlay ? overlayContexts[overlay.kind] : contexts}
    >
      {({ width, height }) => {
        if (overlay?.kind === "help") return <Help contexts={CONTEXTS} width={width} height={height} />;
        if (overlay?.kind === "mishap") {
          return (
            <Panel
              title="The YAML is wrong"
              note="e edits it again, escape drops it"
              width={width}
              height={height}
            >
              {wrapped(overlay.error, width - 4).map((line, index) => (
                <Text key={index} wrap="truncate" {...emphasis.bad()}>
                  {line}
                </Text>
              ))}
            </Panel>
          );
        }
        return (
          <Box flexDirection="column" width={width} height={height}>
            <Beneath covered={overlay !== null}>
              {searching ? (
                <Text wrap="truncate">
                  <Text {...emphasis.warning()}>{" search: "}</Text>
                  <TextField value={search} width={width - 30} focused={mode === "search"} />
                </Text>
              ) : (
                <ChoiceLine
                  names={sections}
                  chosen={sections.indexOf(row?.section ?? "")}
                  onChoose={(index) =>
                    list.selectFirst(rows.findIndex(({ section }) => section === sections[index]))
                  }
                />
              )}
              <Box flexDirection={layout.beside ? "row" : "column"}>
                <Box flexShrink={0}>
                  <ListPanel
                    {...layout.list}
                    title={`Settings: ${rows.length}${rows.length < all.length ? ` of ${all.length}` : ""}`}
                    note={searching ? "" : NOTES[shown]}
                    list={list}
                    total={rows.length}
                    focused
                    typing={typing !== null}
                    onClick={(index) => {
                      if (typing) setState(candidate);
                      setMode("list");
                      if (index === list.selected && !typing) actions.edit?.();
                      else list.select(index);
                    }}
                    row={(index, room) => {
                      const shown = rows[index] as FormRow;
                      const own = typing?.row.path === shown.path ? typing.value : null;
                      return (
                        <SettingLine
                          row={shown}
                          typing={own}
                          wrong={wrong(shown.path).length > 0}
                          width={room}
                        />
                      );
                    }}
                    empty={
                      <Text {...emphasis.faint()}>
                        {shown === "changed" && !searching
                          ? "Nothing is changed."
                          : "No setting matches; escape shows all."}
                      </Text>
                    }
                  />
                </Box>
                <SettingHelp
                  {...layout.help}
                  row={row ?? null}
                  issues={row ? wrong(row.path) : []}
                  others={draft.issues}
                />
              </Box>
              <EstimateLine config={draft.config} services={services} times={times} width={width} />
            </Beneath>
            {overlay?.kind === "leave" && (
              <Dialog
                title="Leave"
                lines={[
                  `Leave the form? ${changes === 1 ? "One change is" : `${changes} changes are`} lost.`,
                  "  y  leave",
                  "  n  back",
                ]}
                width={layout.list.width}
                height={height}
              />
            )}
          </Box>
        );
      }}
    </PlaceFrame>
  );
}

/** A preset with a model, which is no change where it is the preset's own. */
function firstState(preset: string | null, model?: string): FormState {
  const state: FormState = { name: "", preset, changes: {} };
  const row = formRows(state, checkDraft(state), "").find(({ path }) => path === "model.source");
  return row && model !== undefined ? withText(state, row, model) : state;
}

function matches(row: FormRow, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const searched = `${row.path} ${row.help} ${row.value}`.toLowerCase();
  return words.every((word) => searched.includes(word));
}

const rank = ({ path }: FormRow, text: string): number => (path.includes(text.trim().toLowerCase()) ? 0 : 1);
