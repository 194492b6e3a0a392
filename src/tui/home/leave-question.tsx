import { useKeys } from "../key-router.tsx";
import { actionOf } from "../keys/table.ts";
import { Dialog } from "../widgets/dialog.tsx";
import type { CatalogEntry, RunCatalog } from "./run-catalog.ts";

/** Runs that are looked at for an engine: those that were written last. An engine at work writes. */
const LOOKED_AT = 50;
/** Names that are told. */
const NAMED = 3;

/** The runs of which an engine is at work. */
export function runsAtWork(catalog: RunCatalog): CatalogEntry[] {
  return catalog.entries.slice(0, LOOKED_AT).filter((entry) => {
    const facts = catalog.facts(entry);
    return facts.kind === "run" && facts.status.engine !== null;
  });
}

/** What is asked before one leaves while engines are at work: they go on by themselves. */
export function LeaveQuestion(props: {
  runs: readonly CatalogEntry[];
  width: number;
  height: number;
  leave: () => void;
  close: () => void;
}) {
  const { runs, width, height, leave, close } = props;
  useKeys(2, (key) => {
    const answer = actionOf(key, ["confirm"]);
    if (answer === "yes" || answer === "leave") leave();
    else if (answer === "no") close();
    return true;
  });
  return (
    <Dialog title="Leave" lines={leaveLines(runs.map(({ name }) => name))} width={width} height={height} />
  );
}

export function leaveLines(names: readonly string[]): string[] {
  const more = names.length - NAMED;
  const named = `${names.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return names.length === 1
    ? [`The run ${named} is at work.`, "  y  leave, the run goes on", "  n  back"]
    : [`${names.length} runs are at work: ${named}.`, "  y  leave, the runs go on", "  n  back"];
}
