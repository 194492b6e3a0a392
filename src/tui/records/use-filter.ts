import { useMemo, useState } from "react";
import {
  type CompiledFilter,
  compileFilter,
  completeFilter,
  type FilterField,
  type FilterLanguage,
  type FilterProblem,
  parseFilter,
} from "../../runs/index.ts";
import type { KeyHandler } from "../key-router.tsx";
import { actionOf } from "../keys/table.ts";
import { useKept, useSource } from "../run-context.tsx";
import { edited, type TextValue, textValue } from "../widgets/text-edit.ts";

/** A filter as it is typed: the list follows what of it can be read. */
export interface Filter {
  /** In force; empty where there is none. */
  text: string;
  compiled: CompiledFilter;
  /** Null while nothing is typed. */
  typing: TextValue | null;
  /** Of what is typed. */
  problem: FilterProblem | null;
  /** What the end of the typed text could become, once asked for. */
  options: readonly string[];
  begin(): void;
  clear(): void;
  set(text: string): void;
  /** Takes a key while typing; false when it is for others. */
  take(key: string): ReturnType<KeyHandler>;
}

export function useFilter(
  name: string,
  language: FilterLanguage,
  valuesOf: (field: FilterField) => readonly string[],
): Filter {
  const { database } = useSource();
  const [text, setText] = useKept(`${name}/filter`, "");
  const [typing, setTyping] = useState<TextValue | null>(null);
  const [options, setOptions] = useState<readonly string[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a language and a run's values are the same for its life.
  const compiled = useMemo(
    () => compileFilter(parseFilter(text, language).terms ?? [], language),
    [text, database],
  );
  const problem = useMemo(
    () => (typing === null ? null : parseFilter(typing.text, language).problem),
    [typing, language],
  );
  const type = (value: TextValue) => {
    setTyping(value);
    setOptions([]);
    const { problem } = parseFilter(value.text, language);
    // What is wrong is most often what is being typed: what stands before it holds.
    const before = value.text.slice(0, problem?.start).trim();
    if (parseFilter(before, language).problem === null) setText(before);
  };
  return {
    text,
    compiled,
    typing,
    problem,
    options,
    begin: () => type(textValue(text === "" ? "" : `${text} `)),
    clear: () => setText(""),
    set: setText,
    take(key) {
      // Every key but Ctrl-C is text here.
      if (key === "ctrl+c" || typing === null) return false;
      const action = actionOf(key, ["filter"]);
      if (action === "apply") {
        if (problem === null) setTyping(null);
      } else if (action === "cancel") {
        setTyping(null);
        setText("");
      } else if (action === "complete") {
        const completion = completeFilter(typing.text, language, valuesOf);
        type(textValue(completion.text));
        setOptions(completion.options.length > 1 ? completion.options : []);
      } else {
        const next = edited(typing, key);
        if (!next) return true;
        type(next);
        return "text";
      }
      return true;
    },
  };
}
