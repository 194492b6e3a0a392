import { themeOf } from "../interfaces/theme.ts";
import { backgroundOf, colourDepth } from "./colours.ts";
import { BackgroundQuestion, mayAsk } from "./terminal-background.ts";
import { setColours } from "./theme.ts";

/** Time that a terminal has to answer before the first frame, and for what is still on its way at the end, milliseconds. */
const ANSWER_MS = 50;
const REST_MS = 200;

/**
 * Chooses the colours of the screens: as AZR_THEME asks, else for the background that the terminal tells, else for that
 * of COLORFGBG, else for a dark one. A terminal that answers late changes them then.
 */
export class ThemeChoice implements Disposable {
  #question: BackgroundQuestion | null = null;
  #forced: string | undefined;

  constructor(private readonly input: NodeJS.ReadStream) {
    const { env } = process;
    const theme = themeOf(env.AZR_THEME ?? "auto");
    const depth = theme === "plain" ? 0 : colourDepth(env);
    this.#forced = env.FORCE_COLOR;
    // Ink's colours know FORCE_COLOR alone.
    env.FORCE_COLOR = { 0: "0", 16: "1", 256: "2" }[depth];
    const named = theme === "light" || theme === "dark" ? theme : null;
    setColours(named ?? backgroundOf(env) ?? "dark", depth);
    if (named || depth === 0 || !mayAsk(env.TERM)) return;
    input.setEncoding("utf8");
    // Else the terminal's driver would show the answer, and keep it until a line ends.
    input.setRawMode(true);
    const question = new BackgroundQuestion(input, (text) => void process.stdout.write(text));
    question.onAnswer((background) => setColours(background, depth));
    this.#question = question;
  }

  /** Once Ink is imported: what this process starts takes its own view of colours. */
  imported(): void {
    if (this.#forced === undefined) delete process.env.FORCE_COLOR;
    else process.env.FORCE_COLOR = this.#forced;
  }

  /** Waits a moment for the answer, before anything is drawn. */
  async first(): Promise<void> {
    await this.#question?.wait(ANSWER_MS);
  }

  /** Once nothing reads any more: takes what is still to come, which the shell would take for keys. */
  async rest(): Promise<void> {
    if (!this.#question || this.#question.settled) return;
    this.input.setRawMode(true);
    await this.#question.wait(REST_MS);
  }

  [Symbol.dispose](): void {
    if (this.#question) this.input.setRawMode(false);
  }
}
