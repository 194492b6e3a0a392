import type { WriteProgress, WrittenModel } from "../../models/model-writer.ts";
import type { ResolvedModel } from "../../models/resolve.ts";
import { amount } from "../progress-line.ts";
import { print, printJson, say, style } from "../terminal.ts";

/** Options of the commands that write a model. */
export interface Written {
  output: string;
  json?: boolean;
}

/** What every writing of a model is told. */
export interface Writing {
  output: string;
  onProgress: (progress: WriteProgress) => void;
  signal: AbortSignal;
}

/**
 * Fetches the source and the native layer, writes a model, and says what came of it, with progress on stderr. Ctrl-C
 * during the writing leaves nothing behind.
 */
export async function writeAloud(
  source: string,
  { output, json }: Written,
  write: (model: ResolvedModel, writing: Writing) => Promise<WrittenModel>,
): Promise<void> {
  const { refuseTaken } = await import("../../models/output-directory.ts");
  refuseTaken(output);
  const { resolveModel } = await import("../../models/resolve.ts");
  const { ensureNative } = await import("../../native-setup/index.ts");
  const { ProgressLine } = await import("../progress-line.ts");
  const line = new ProgressLine();
  const onProgress = line.update.bind(line);
  try {
    const model = await resolveModel(source, { onProgress });
    await ensureNative({ onProgress });
    const interrupted = new AbortController();
    const onSignal = () => interrupted.abort();
    process.once("SIGINT", onSignal);
    const written = await write(model, { output, onProgress, signal: interrupted.signal })
      .catch((error: unknown) => {
        if (!interrupted.signal.aborted) throw error;
        return null;
      })
      .finally(() => process.off("SIGINT", onSignal));
    if (written === null) {
      line.drop();
      say("ended by Ctrl-C; nothing was written");
      process.exitCode = 130;
      return;
    }
    line.end();
    if (json) {
      const { path, bytes, parameters, bitsPerWeight } = written;
      return printJson({ path, bytes, parameters, bits_per_weight: bitsPerWeight });
    }
    print(written.path);
    say(
      style.dim(
        `${amount(written.bytes, "bytes")}, ${(written.parameters / 1e6).toFixed(1)} M parameters, ${written.bitsPerWeight.toFixed(2)} bits a weight`,
      ),
    );
  } finally {
    line.end();
  }
}
