import type { ByteReader } from "./output-capture.ts";
import { FrameReader } from "./protocol.ts";

/** Why frames stopped coming. */
export type FramesEnd =
  | { kind: "said" }
  | { kind: "refused"; reason: string }
  | { kind: "exited"; code: number };

/** What a worker says, frame by frame, over its whole life. */
export class FrameStream {
  private readonly frames = new FrameReader();

  constructor(
    private readonly output: ByteReader,
    private readonly exited: Promise<number>,
  ) {}

  /**
   * Reads frames until `take` has had its last, which must also be the last that came; `take` answers to each with
   * whether more is wanted, or why the frame is refused.
   */
  async read(take: (frame: unknown) => "more" | "last" | (string & {})): Promise<FramesEnd> {
    for (;;) {
      const chunk = await this.output.read();
      if (chunk.done) return { kind: "exited", code: await this.exited };
      const read = this.frames.push(chunk.value);
      for (const [i, frame] of read.frames.entries()) {
        const taken = take(frame);
        if (taken === "more") continue;
        if (taken !== "last") return { kind: "refused", reason: taken };
        const trailing = read.refused || this.frames.pending > 0 || i < read.frames.length - 1;
        return trailing ? { kind: "refused", reason: "bytes after the last frame" } : { kind: "said" };
      }
      if (read.refused) return { kind: "refused", reason: read.refused };
    }
  }
}
