import { useStdout } from "ink";
import { copy } from "./clipboard.ts";

/** Puts a text into the clipboard of the terminal that is drawn on; one sentence about it. */
export function useCopy(): (text: string) => string {
  const { stdout } = useStdout();
  return (text) => copy(text, (sequence) => void stdout.write(sequence));
}
