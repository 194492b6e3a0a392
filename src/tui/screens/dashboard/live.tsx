import { Text } from "ink";
import { rolloutPage } from "../../../runs/index.ts";
import { oneLine, wrapped } from "../../printable.ts";
import { useQuery, useRun } from "../../run-context.tsx";
import { emphasis, ROLE_LABELS } from "../../theme.ts";
import { Panel } from "../../widgets/panel.tsx";

/** The end of one rollout that is being written; without an engine, the last one that was stored. */
export function Live({ width, height }: { width: number; height: number }) {
  const { live, snapshot } = useRun();
  const last = useQuery((database) => rolloutPage(database, {}, { limit: 1 })[0] ?? null, []);
  const shown = live ?? (snapshot ? null : last && { ...last, text: last.response });
  const room = height - 2;
  const lines = shown ? wrapped(shown.text.trimEnd(), width - 4).slice(-room) : [];
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
        lines.map((line, index) => (
          <Text key={index} wrap="truncate">
            {line || " "}
          </Text>
        ))
      )}
    </Panel>
  );
}
