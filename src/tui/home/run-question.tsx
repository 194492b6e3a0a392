import prettyBytes from "pretty-bytes";
import { AzrError } from "../../errors/index.ts";
import { useKeys } from "../key-router.tsx";
import { actionOf } from "../keys/table.ts";
import { useNavigation } from "../navigation.tsx";
import type { Notice } from "../run-view.ts";
import type { Services } from "../services.ts";
import { Dialog } from "../widgets/dialog.tsx";
import { Question } from "../widgets/question.tsx";
import type { CatalogEntry, RunFacts } from "./run-catalog.ts";

export type RunQuestionKind = "delete" | "resume";

/** What is asked before a run goes on or goes for good. */
export function RunQuestion(props: {
  kind: RunQuestionKind;
  entry: CatalogEntry;
  facts: RunFacts;
  services: Services;
  width: number;
  height: number;
  /** The question is answered: what is done now or came of it; null where nothing is done. */
  onDone: (notice: Notice | null) => void;
  /** What came of what took a while. */
  onNotice: (notice: Notice) => void;
}) {
  return props.kind === "delete" ? <DeleteQuestion {...props} /> : <ResumeQuestion {...props} />;
}

type Asked = Parameters<typeof RunQuestion>[0];

function DeleteQuestion({ entry, facts, width, height, onDone, onNotice }: Asked) {
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
      lines={[`Delete the run ${entry.name} for good:`, `${what}?`, "  y  delete", "  n  back"]}
      width={width}
      height={height}
    />
  );
}

function ResumeQuestion({ entry, facts, services, width, height, onDone }: Asked) {
  const navigation = useNavigation();
  const { step, totalSteps } = facts.kind === "run" ? facts.status : { step: 0, totalSteps: 0 };
  const least = step + 1;
  return (
    <Question
      title="Go on"
      lines={[
        `${entry.name} has made ${step} of ${totalSteps} steps.`,
        "It goes on from its newest checkpoint, to step:",
      ]}
      start={String(step < totalSteps ? totalSteps : 2 * totalSteps)}
      refuse={(answer) =>
        /^\s*\d+\s*$/.test(answer) && Number(answer) >= least ? null : `a whole number from ${least} on`
      }
      width={width}
      height={height}
      onDismiss={() => onDone(null)}
      onAnswer={(answer) => {
        const steps = Number(answer) === totalSteps ? null : Number(answer);
        void attempt(async () => {
          const plan = await services.goOn(entry.path, steps);
          await services.check(plan);
          navigation?.go({ kind: "start", plan });
        }).then(onDone);
      }}
    />
  );
}

/** Why it could not be done, null where it was; what is no error of a user's is thrown on. */
async function attempt(act: () => void | Promise<void>): Promise<Notice | null> {
  try {
    await act();
    return null;
  } catch (error) {
    if (!(error instanceof AzrError)) throw error;
    return { text: `${error.message}${error.mend ? ` ${error.mend}` : ""}`, bad: true };
  }
}
