import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { InstalledPackages } from "../../cache/pip-install.ts";
import { SetupError } from "../../errors/index.ts";

/** What the client answers to a message; see client.py. */
export interface Answer {
  error?: string;
  step?: number;
  evaluation?: number;
  /** Address or directory of the W&B run, once. */
  place?: string | null;
}

/** W&B's Python client as a process: one message, one answer. Its own output goes to `say`, keys blotted out. */
export class WandbProcess implements Disposable {
  private readonly child;
  private readonly answers: AsyncIterator<string>;

  constructor({ directory, python }: InstalledPackages, say: (line: string) => void) {
    this.child = Bun.spawn([...python, "-s", join(import.meta.dir, "client.py")], {
      stdio: ["pipe", "pipe", "pipe"],
      // Away from where azr-tui was started: it reads settings there, and uv a Python to run it with.
      cwd: "/",
      env: {
        ...process.env,
        PYTHONPATH: directory,
        PYTHONUNBUFFERED: "1",
        PYTHONDONTWRITEBYTECODE: "1",
        // The client's own crash reports to its makers.
        WANDB_ERROR_REPORTING: "false",
      },
    });
    this.answers = linesOf(this.child.stdout);
    void relay(this.child.stderr, say);
  }

  /** Raises SetupError with the client's reason when it fails or has ended. */
  async ask(message: Record<string, unknown>): Promise<Answer> {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
    await this.child.stdin.flush();
    const { value, done } = await this.answers.next();
    if (done) throw failure(`the client ended with exit code ${await this.child.exited}`);
    const answer = JSON.parse(value) as Answer;
    if (answer.error !== undefined) throw failure(withoutKeys(answer.error));
    return answer;
  }

  /** Its input ends: it closes the W&B run and ends by itself, in the time that it needs. */
  [Symbol.dispose](): void {
    this.child.stdin.end();
    this.child.unref();
  }
}

function linesOf(stream: ReadableStream<Uint8Array>): AsyncIterator<string> {
  return createInterface({ input: Readable.fromWeb(stream) })[Symbol.asyncIterator]();
}

async function relay(stream: ReadableStream<Uint8Array>, say: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: Readable.fromWeb(stream) }))
    say(`wandb: ${withoutKeys(line)}`);
}

const KEYS = ["WANDB_API_KEY", "WANDB_IDENTITY_TOKEN_FILE"];

/** Should the client print its key, it is not passed on. */
export function withoutKeys(
  text: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const secrets = KEYS.flatMap((name) => environment[name] || []);
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, "[key]"), text);
}

function failure(reason: string): SetupError {
  const needsKey = /api[_ ]key|login|unauthori[sz]ed|401/i.test(reason);
  return new SetupError(`W&B: ${reason}`, {
    mend: needsKey
      ? "Set WANDB_API_KEY, or log in once with `wandb login`; or use tracking.wandb.mode offline."
      : "Figures are kept in the run: `azr-tui track` sends them later.",
  });
}
