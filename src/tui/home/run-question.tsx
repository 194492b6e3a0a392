import prettyBytes from "pretty-bytes";
import { useKeys } from "../key-router.tsx";
import { actionOf } from "../keys/table.ts";
import { useNavigation } from "../navigation.tsx";
import type { Notice } from "../run-view.ts";
import type { Services } from "../services.ts";
import { Dialog } from "../widgets/dialog.tsx";
import type { OverPlace } from "../widgets/over.tsx";
import { attempt, ResumeQuestion } from "../widgets/resume-question.tsx";
import type { CatalogEntry, RunFacts } from "./run-catalog.ts";

export type RunQuestionKind = "delete" | "resume";

/** What is asked before a run goes on or goes for good. */
export function RunQuestion(props: {
  kind: RunQuestionKind;
  entry: CatalogEntry;
  facts: RunFacts;
  services: Services;
  /** Where it stands: beside the run that it is about. */
  place: OverPlace;
  width: number;
  height: number;
  /** The question is answered: what is done now or came of it; null where nothing is done. */
  onDone: (notice: Notice | null) => void;
  /** What came of what took a while. */
  onNotice: (notice: Notice) => void;
}) {
  const navigation = useNavigation();
  if (props.kind === "delete") return <DeleteQuestion {...props} />;
  const { entry, facts, services, place, width, height, onDone, onNotice } = props;
  const { step, totalSteps } = facts.kind === "run" ? facts.status : { step: 0, totalSteps: 0 };
  const checkpoint = facts.kind === "run" ? facts.checkpoint : 0;
  const goOn = async (steps: number | null) => {
    const plan = await services.goOn(entry.path, steps);
    await services.check(plan);
    navigation?.go({ kind: "start", plan });
  };
  return (
    <ResumeQuestion
      name={entry.name}
      {...{ step, totalSteps, checkpoint, goOn, place, width, height, onDone, onNotice }}
    />
  );
}

type Asked = Parameters<typeof RunQuestion>[0];

function DeleteQuestion({ entry, facts, place, width, height, onDone, onNotice }: Asked) {
  useKeys(2, (key) => {
    const answer = actionOf(key, ["confirm"]);
    if (answer === "leave") return false;
    if (answer === "no") onDone(null);
    else if (answer === "yes") {
      // The question goes at once: gigabytes take a while, and the next keys are for home.
      onDone({ text: `deleting ${entry.name}...`, bad: false });
      void attempt(async () => {
        const { deleteRun } = await import("../../runs/delete-run.ts");
        const freed = prettyBytes(await deleteRun(entry.path));
        onNotice({ text: `${entry.name} is deleted: ${freed} freed.`, bad: false });
      }).then((failed) => failed && onNotice(failed));
    }
    return true;
  });
  const what = facts.kind === "run" ? `its ${facts.status.step} steps, tasks, rollouts and checkpoints` : "";
  return (
    <Dialog
      title="Delete"
      place={place}
      lines={[`Delete the run ${entry.name} for good:`, `${what}?`, "  y  delete", "  n  back"]}
      width={width}
      height={height}
    />
  );
}
