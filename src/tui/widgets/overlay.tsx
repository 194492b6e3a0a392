import { newestCheckpoint } from "../../runs/queries/steps.ts";
import { useKeys } from "../key-router.tsx";
import type { KeyContext } from "../keys/contexts.ts";
import { actionOf } from "../keys/table.ts";
import { useRun, useSource } from "../run-context.tsx";
import { isLive, type Notice, type RunView } from "../run-view.ts";
import { Dialog } from "./dialog.tsx";
import { Help } from "./help.tsx";
import { ResumeQuestion } from "./resume-question.tsx";

/** How the user left: the run goes on, is being stopped, its end is waited for, or no engine is at work. */
export type Departure = "detached" | "stopping" | "stopped" | "closed";

/** How one leaves who waits for nothing. */
export function departureOf(view: RunView): Departure {
  if (view.replay || !isLive(view)) return "closed";
  return view.stopping ? "stopping" : "detached";
}

export type OverlayKind = "help" | "quit" | "stop" | "resume";

/** What lies over a screen: the help, or a question that takes every key until it is answered. */
export function Overlay(props: {
  kind: OverlayKind;
  contexts: readonly KeyContext[];
  width: number;
  height: number;
  close: () => void;
  leave: (departure: Departure) => void;
  /** Sets the run up to go on, to a number of steps or its own. */
  goOn?: (steps: number | null) => Promise<void>;
}) {
  const { kind, contexts, width, height, close, leave, goOn } = props;
  const source = useSource();
  const { status, stopping } = useRun();
  const stop = () => source.send({ command: "stop" });
  useKeys(2, (key) => {
    if (kind === "help") {
      if (actionOf(key, ["help"]) === "close") close();
      return key !== "ctrl+c";
    }
    if (kind === "resume") return false;
    const answer = actionOf(key, ["confirm"]);
    if (answer === "no") close();
    else if (answer === "leave" || (kind === "quit" && answer === "yes"))
      leave(departureOf(source.getView()));
    else if (kind === "quit" && answer === "alternative" && stopping) leave("stopped");
    else if (kind === "quit" && answer === "alternative") {
      // The question goes at once: the engine may take a while, and "back" would no longer hold.
      close();
      void stop().then((done) => done && leave("stopped"));
    } else if (kind === "stop" && answer === "yes") {
      close();
      void stop();
    }
    return true;
  });
  if (kind === "help") return <Help contexts={contexts} width={width} height={height} />;
  if (kind === "resume" && goOn) {
    const { name, step, totalSteps } = status;
    const checkpoint = newestCheckpoint(source.database);
    const onDone = (notice: Notice | null) => {
      close();
      if (notice) source.tell(notice);
    };
    return (
      <ResumeQuestion
        {...{ name, step, totalSteps, checkpoint, goOn, width, height, onDone }}
        onNotice={(notice) => source.tell(notice)}
      />
    );
  }
  const lines =
    kind === "quit" && stopping
      ? [
          `The run ${status.name} is being stopped.`,
          "  y  leave the screen, the run ends by itself",
          "  s  leave once it has ended",
          "  n  back",
        ]
      : kind === "quit"
        ? [
            `The run ${status.name} is at work.`,
            "  y  leave the screen, the run goes on",
            "  s  stop the run, with a checkpoint, and leave",
            "  n  back",
          ]
        : [
            `Stop the run ${status.name}?`,
            "Its last finished step is kept, with a checkpoint.",
            "  y  stop",
            "  n  back",
          ];
  return <Dialog title={kind === "quit" ? "Leave" : "Stop"} lines={lines} width={width} height={height} />;
}
