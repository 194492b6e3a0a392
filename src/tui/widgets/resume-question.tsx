import { AzrError } from "../../errors/index.ts";
import type { Notice } from "../run-view.ts";
import type { OverPlace } from "./over.tsx";
import { Question } from "./question.tsx";

/** Asks to which step a run without an engine goes on, and lets it. */
export function ResumeQuestion(props: {
  name: string;
  step: number;
  totalSteps: number;
  /** Step of the newest checkpoint; 0 where there is none. */
  checkpoint: number;
  /** Sets the run up to go on, to the number of steps that it has where null. Rejects with what the user is told. */
  goOn: (steps: number | null) => Promise<void>;
  place?: OverPlace;
  width: number;
  height: number;
  /** The question is answered: what is done now, null where the run is left as it is. */
  onDone: (notice: Notice | null) => void;
  /** Why the run cannot go on. */
  onNotice: (notice: Notice) => void;
}) {
  const { name, step, totalSteps, checkpoint, goOn, place, width, height, onDone, onNotice } = props;
  const least = step + 1;
  const again = step > checkpoint ? ` (${step - checkpoint} made again)` : "";
  const from =
    checkpoint === 0
      ? "It has no checkpoint and begins anew"
      : `It goes on from the checkpoint of step ${checkpoint}${again}`;
  return (
    <Question
      title="Go on"
      lines={[`${name} has made ${step} of ${totalSteps} steps.`, `${from}, to step:`]}
      start={String(step < totalSteps ? totalSteps : 2 * totalSteps)}
      refuse={(answer) =>
        /^\s*\d+\s*$/.test(answer) && Number(answer) >= least ? null : `a whole number from ${least} on`
      }
      place={place}
      width={width}
      height={height}
      onDismiss={() => onDone(null)}
      onAnswer={(answer) => {
        const steps = Number(answer) === totalSteps ? null : Number(answer);
        // The question goes at once: the next keys are for what it lay over.
        onDone({ text: `${name} goes on...`, bad: false });
        void attempt(() => goOn(steps)).then((failed) => failed && onNotice(failed));
      }}
    />
  );
}

/** Why it could not be done, null where it was; what is no error of a user's is thrown on. */
export async function attempt(act: () => void | Promise<void>): Promise<Notice | null> {
  try {
    await act();
    return null;
  } catch (error) {
    if (!(error instanceof AzrError)) throw error;
    return { text: `${error.message}${error.mend ? ` ${error.mend}` : ""}`, bad: true };
  }
}
