import { Text } from "ink";
import { useMemo } from "react";
import { rolloutPage } from "../../../runs/index.ts";
import { oneLine } from "../../printable.ts";
import { type ResponsePart, responseLines, responseParts } from "../../records/response.tsx";
import { useQuery, useRun } from "../../run-context.tsx";
import { emphasis, ROLE_LABELS } from "../../theme.ts";
import { Panel } from "../../widgets/panel.tsx";

/**
 * The end of one rollout that is being written, its thoughts, answer and code told apart; without an engine, the
 * last one that was stored.
 */
export function Live({ width, height }: { width: number; height: number }) {
  const { live, snapshot } = useRun();
  const last = useQuery((database) => rolloutPage(database, {}, { limit: 1 })[0] ?? null, []);
  const shown = live ?? (snapshot ? null : last && { ...last, text: last.response });
  const room = height - 2;
  const text = asCode(shown?.text.trimEnd() ?? "");
  const lines = useMemo(
    () => responseLines(tailOf(text, width * room), width - 4).slice(-room),
    [text, width, room],
  );
  const title = live ? "Now" : "Last rollout";
  const note = live || !last || snapshot ? "" : oneLine(last.verdict);
  return (
    <Panel
      title={shown ? `${title}: ${ROLE_LABELS[shown.role]}, ${shown.type}` : "Now"}
      note={note}
      width={width}
      height={height}
    >
      {lines.length === 0 ? (
        <Text wrap="truncate" {...emphasis.faint()}>
          Text appears here while the model writes.
        </Text>
      ) : (
        lines
      )}
    </Panel>
  );
}

/** A program that the prompt has opened the block of, so that the response begins within it. */
const asCode = (text: string): string =>
  /^\s*(?:def |class |import |from |@)/.test(text) ? `\`\`\`python\n${text}` : text;

/**
 * The end of a response, `length` characters or a little more, as a response of its own: within the tag and the block
 * of code that it is in. What cannot be seen is not highlighted, several times a second.
 */
export function tailOf(response: string, length: number): string {
  const parts = responseParts(response);
  let first = parts.length;
  let taken = 0;
  while (first > 0 && taken < length) taken += parts[--first]?.text.length ?? 0;
  const [head, ...rest] = parts.slice(first);
  if (!head) return "";
  const opening = head.within && head.kind !== "tag" ? `<${head.within}>\n` : "";
  return opening + endOf(head, taken - length) + rest.map(({ text }) => text).join("");
}

/** A part without about `excess` of its first characters, whole lines of code. */
function endOf({ kind, text }: ResponsePart, excess: number): string {
  if (kind === "tag" || excess <= 0) return text;
  if (kind === "text") return text.slice(excess);
  const fence = text.slice(0, text.indexOf("\n") + 1);
  const cut = text.indexOf("\n", fence.length + excess);
  return cut < 0 ? text : fence + text.slice(cut + 1);
}
