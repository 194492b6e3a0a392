import { useEffect, useRef } from "react";
import { useSource } from "./run-context.tsx";
import type { Notice } from "./run-view.ts";

/** Says a screen's own words where a run's notices stand; `hush`, with the next key or screen, takes them away. */
export function useSay(): { say: (text: string) => void; hush: () => void } {
  const source = useSource();
  const said = useRef<Notice | null>(null);
  const hush = () => {
    if (said.current && source.getView().notice === said.current) source.tell(null);
    said.current = null;
  };
  const last = useRef(hush);
  last.current = hush;
  useEffect(() => () => last.current(), []);
  return {
    say: (text) => {
      said.current = { text, bad: false };
      source.tell(said.current);
    },
    hush,
  };
}
