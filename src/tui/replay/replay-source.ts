import type { Command } from "../../engine/protocol.ts";
import { type RunDatabase, type RunDirectory, runStatus } from "../../runs/index.ts";
import { firstView, type Notice, type Replay, type RunSource, type RunView } from "../run-view.ts";
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
      replay: this.#replay(0),
    };
  }

  /** Plays from a moment of the recording on, milliseconds. */
  start(from = 0): void {
    this.playTo(from);
    const began = performance.now() - from / this.speed;
    this.#timer = setInterval(() => this.playTo((performance.now() - began) * this.speed), TICK_MS);
  }

  /** Brings the screens on to a moment of the recording, milliseconds since its beginning. */
  playTo(moment: number): void {
    const { messages, startedAt } = this.recording;
    const at = Math.min(moment, this.#length);
    for (let one = messages[this.#next]; one && one.at <= at; one = messages[++this.#next])
      this.#receive(one);
    if (this.#next >= messages.length) {
      this.#halt();
      this.tell({ text: "The replay has ended: this is where it stood last.", bad: false });
    }
    this.#recorded.addEvents(startedAt + at);
    this.#update({ replay: this.#replay(at) });
  }

  get #length(): number {
    return this.recording.messages.at(-1)?.at ?? 0;
  }

  #replay(at: number, paused = false): Replay {
    const { startedAt } = this.recording;
    return { at, length: this.#length, speed: this.speed, now: startedAt + at, paused };
  }

  #halt(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  getView = (): RunView => this.#view;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Stands still, plays on, goes on to the next finished step; anything else has no engine to be told. */
  send({ command }: Command): Promise<boolean> {
    const { replay } = this.#view;
    const at = replay?.at ?? 0;
    if (at < this.#length && (command === "pause" || command === "resume")) {
      if (replay?.paused) this.start(at);
      else {
        this.#halt();
        this.#update({ replay: this.#replay(at, true) });
      }
      return Promise.resolve(true);
    }
    const next = this.recording.messages.slice(this.#next).find(({ message }) => message.kind === "step");
    if (command === "step" && next) {
      this.#halt();
      this.playTo(next.at);
      this.#update({ replay: this.#replay(next.at, next.at < this.#length) });
      return Promise.resolve(true);
    }
    this.tell({ text: ANSWER, bad: true });
    return Promise.resolve(false);
  }

  tell(notice: Notice): void {
    this.#update({ notice });
  }

  [Symbol.dispose](): void {
    this.#halt();
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
