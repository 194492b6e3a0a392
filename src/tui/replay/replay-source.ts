import type { Command } from "../../engine/protocol.ts";
import { type RunDatabase, type RunDirectory, runStatus } from "../../runs/index.ts";
import {
  firstView,
  type Notice,
  type Playback,
  type Replay,
  type RunSource,
  type RunView,
} from "../run-view.ts";
import { RecordedRun } from "./recorded-run.ts";
import type { RecordedMessage, Recording } from "./recording.ts";

const ANSWER = "This is a replay: no engine is there to be told anything.";
const ENDED = "The replay has ended: this is where it stood last. r plays it again.";

/** How many times as fast a replay can be made by its keys. */
const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64] as const;

/** Plays a recording: what the engine said comes when it came then, divided by the speed, and stands still at the end. */
export class ReplaySource implements RunSource, Playback, Disposable {
  readonly run: RunDirectory;
  readonly database: RunDatabase;
  readonly playback: Playback = this;
  readonly #recorded: RecordedRun;
  #view: RunView;
  #next = 0;
  #speed: number;
  /** The user has halted it. */
  #paused = false;
  #timer: Timer | undefined;
  #listeners = new Set<() => void>();

  constructor(
    private readonly recording: Recording,
    speed = 1,
  ) {
    this.#speed = speed;
    this.#recorded = new RecordedRun(recording);
    this.run = this.#recorded.run;
    this.database = this.run.openDatabase({ readonly: true });
    this.#view = this.#firstView(0);
  }

  /** Plays from a moment of the recording on, milliseconds. */
  start(from = 0): void {
    this.#halt();
    this.#paused = false;
    this.playTo(from);
    if (this.#at >= this.#length) return;
    const began = performance.now() - from / this.#speed;
    this.#timer = setInterval(() => this.playTo((performance.now() - began) * this.#speed), TICK_MS);
  }

  /** Brings the screens on to a moment of the recording, or back to it, milliseconds since its beginning. */
  playTo(moment: number): void {
    const { messages, startedAt } = this.recording;
    const at = Math.max(0, Math.min(moment, this.#length));
    if (at < this.#at) {
      this.#recorded.toBeginning();
      this.#next = 0;
      this.#view = this.#firstView(this.#view.revision + 1);
    }
    for (let one = messages[this.#next]; one && one.at <= at; one = messages[++this.#next])
      this.#receive(one);
    this.#recorded.addEvents(startedAt + at);
    this.#change({ replay: this.#replay(at) });
    if (at < this.#length) this.#tellAll();
    else {
      this.#halt();
      this.tell({ text: ENDED, bad: false });
    }
  }

  moveBy(distance: number): void {
    this.#goOn(this.#at + distance);
  }

  restart(): void {
    this.start();
  }

  halt(): void {
    if (this.#at >= this.#length) return;
    this.#paused = true;
    this.#halt();
    this.#update({ replay: this.#replay(this.#at) });
  }

  toStep(direction: -1 | 1): void {
    const steps = this.recording.messages.filter(({ message }) => message.kind === "step");
    const ends = [0, ...steps.map(({ at }) => at)];
    const next = direction > 0 ? ends.find((at) => at > this.#at) : ends.findLast((at) => at < this.#at);
    if (next === undefined) {
      this.tell({ text: direction > 0 ? ENDED : "This is where the replay begins.", bad: false });
      return;
    }
    this.#paused = true;
    this.#goOn(next);
  }

  changeSpeed(direction: -1 | 1): void {
    const next =
      direction > 0
        ? SPEEDS.find((speed) => speed > this.#speed)
        : SPEEDS.findLast((speed) => speed < this.#speed);
    this.#speed = next ?? this.#speed;
    this.tell({ text: `The replay plays ${this.#speed} times as fast as it was.`, bad: false });
    this.#goOn(this.#at);
  }

  /** From a moment on, or at it where the user has halted it. */
  #goOn(moment: number): void {
    const from = Math.max(0, Math.min(moment, this.#length));
    this.#halt();
    if (this.#paused) this.playTo(from);
    else this.start(from);
  }

  get #at(): number {
    return this.#view.replay?.at ?? 0;
  }

  get #length(): number {
    return this.recording.messages.at(-1)?.at ?? 0;
  }

  #replay(at: number): Replay {
    const paused = this.#paused && at < this.#length;
    return { at, length: this.#length, speed: this.#speed, now: this.recording.startedAt + at, paused };
  }

  #firstView(revision: number): RunView {
    return {
      ...firstView(this.database),
      status: this.#status(),
      state: "running",
      replay: this.#replay(0),
      revision,
    };
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

  /** Stands still, plays on (from the beginning once it has ended), goes to the next finished step; anything else has no engine to be told. */
  send({ command }: Command): Promise<boolean> {
    if (command === "pause" || command === "resume") {
      if (this.#at >= this.#length) this.restart();
      else if (this.#paused) this.start(this.#at);
      else this.halt();
      return Promise.resolve(true);
    }
    if (command === "step") {
      this.toStep(1);
      return Promise.resolve(true);
    }
    this.tell({ text: ANSWER, bad: true });
    return Promise.resolve(false);
  }

  tell(notice: Notice | null): void {
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
        this.#change({ snapshot: message.snapshot, state: message.snapshot.state });
        break;
      case "live":
        this.#change({ live: { role: message.role, type: message.type, text: message.text } });
        break;
      case "step":
        this.#recorded.addStep(message.step);
        this.#change({ status: this.#status(), revision: this.#view.revision + 1 });
        break;
      case "log":
        this.#change({ log: message });
        break;
      case "ended":
        this.#change({ state: message.state, snapshot: null });
        break;
      case "reply":
        break;
    }
  }

  /** As the engine would have it: at work, though no process is there. */
  #status() {
    return { ...runStatus(this.database), state: "running" as const, reason: "" };
  }

  #change(change: Partial<RunView>): void {
    this.#view = { ...this.#view, ...change };
  }

  #tellAll(): void {
    for (const listener of this.#listeners) listener();
  }

  #update(change: Partial<RunView>): void {
    this.#change(change);
    this.#tellAll();
  }
}

const TICK_MS = 100;
