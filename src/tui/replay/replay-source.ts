import type { Command } from "../../engine/protocol.ts";
import { type RunDatabase, type RunDirectory, runStatus } from "../../runs/index.ts";
import { firstView, type Notice, type RunSource, type RunView } from "../run-view.ts";
import { RecordedRun } from "./recorded-run.ts";
import type { RecordedMessage, Recording } from "./recording.ts";

const ANSWER = "This is a replay: no engine is there to be told anything.";

/** Plays a recording: what the engine said comes when it came then, divided by the speed, and stands still at the end. */
export class ReplaySource implements RunSource, Disposable {
  readonly run: RunDirectory;
  readonly database: RunDatabase;
  readonly #recorded: RecordedRun;
  #view: RunView;
  #next = 0;
  #timer: Timer | undefined;
  #listeners = new Set<() => void>();

  constructor(
    private readonly recording: Recording,
    private readonly speed = 1,
  ) {
    this.#recorded = new RecordedRun(recording);
    this.run = this.#recorded.run;
    this.database = this.run.openDatabase({ readonly: true });
    this.#view = {
      ...firstView(this.database),
      status: this.#status(),
      state: "running",
      replay: { at: 0, length: recording.messages.at(-1)?.at ?? 0, speed },
    };
  }

  /** Plays from now on, or at once up to a moment of the recording, milliseconds. */
  start(from = 0): void {
    this.playTo(from);
    const began = performance.now() - from / this.speed;
    this.#timer = setInterval(() => this.playTo((performance.now() - began) * this.speed), TICK_MS);
  }

  /** Brings the screens on to a moment of the recording, milliseconds since its beginning. */
  playTo(moment: number): void {
    const { messages, startedAt } = this.recording;
    const length = messages.at(-1)?.at ?? 0;
    const at = Math.min(moment, length);
    for (let one = messages[this.#next]; one && one.at <= at; one = messages[++this.#next])
      this.#receive(one);
    if (this.#next >= messages.length) {
      clearInterval(this.#timer);
      this.tell({ text: "The replay has ended: this is where it stood last.", bad: false });
    }
    this.#recorded.addEvents(startedAt + at);
    this.#update({ replay: { at, length, speed: this.speed } });
  }

  getView = (): RunView => this.#view;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  send(_: Command): Promise<boolean> {
    this.tell({ text: ANSWER, bad: true });
    return Promise.resolve(false);
  }

  tell(notice: Notice): void {
    this.#update({ notice });
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
    this.database.close();
    this.#recorded[Symbol.dispose]();
  }

  #receive({ message }: RecordedMessage): void {
    switch (message.kind) {
      case "hello":
      case "snapshot":
        this.#update({ snapshot: message.snapshot, state: message.snapshot.state });
        break;
      case "live":
        this.#update({ live: { role: message.role, type: message.type, text: message.text } });
        break;
      case "step":
        this.#recorded.addStep(message.step);
        this.#update({ status: this.#status(), revision: this.#view.revision + 1 });
        break;
      case "log":
        this.#update({ log: message });
        break;
      case "ended":
        this.#update({ state: message.state, snapshot: null });
        break;
      case "reply":
        break;
    }
  }

  /** As the engine would have it: at work, though no process is there. */
  #status() {
    return { ...runStatus(this.database), state: "running" as const, reason: "" };
  }

  #update(change: Partial<RunView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}

const TICK_MS = 100;
