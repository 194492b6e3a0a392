import { ModelLoadError } from "../errors/index.ts";

/** The window that was read ends before the header does; the file goes on. */
export class WindowTooSmall extends Error {}

/** Reads little-endian fields from the first bytes of a file and refuses to run past the file's end. */
export class Cursor {
  offset = 0;
  private readonly view: DataView;
  /** A token may be U+FEFF alone, which is a byte order mark to a decoder that is not told otherwise. */
  private readonly text = new TextDecoder("utf-8", { ignoreBOM: true });

  /** `window` holds the file's first bytes; `fileSize` is the whole file's size in bytes. */
  constructor(
    private readonly window: Uint8Array,
    readonly fileSize: number,
    readonly path: string,
  ) {
    this.view = new DataView(window.buffer, window.byteOffset, window.byteLength);
  }

  /** Moves past `count` bytes and returns where they began. */
  private advance(count: number): number {
    if (count > this.fileSize - this.offset) this.fail("it ends inside its header");
    if (count > this.window.byteLength - this.offset) throw new WindowTooSmall();
    const start = this.offset;
    this.offset += count;
    return start;
  }

  fail(reason: string): never {
    throw new ModelLoadError(`${this.path} is not a complete GGUF file: ${reason}.`, {
      mend: "Download the file again.",
    });
  }

  uint8 = (): number => this.view.getUint8(this.advance(1));
  int8 = (): number => this.view.getInt8(this.advance(1));
  uint16 = (): number => this.view.getUint16(this.advance(2), true);
  int16 = (): number => this.view.getInt16(this.advance(2), true);
  uint32 = (): number => this.view.getUint32(this.advance(4), true);
  int32 = (): number => this.view.getInt32(this.advance(4), true);
  float32 = (): number => this.view.getFloat32(this.advance(4), true);
  float64 = (): number => this.view.getFloat64(this.advance(8), true);
  /** As a number: values beyond 2^53 are rounded. */
  uint64 = (): number => Number(this.view.getBigUint64(this.advance(8), true));
  int64 = (): number => Number(this.view.getBigInt64(this.advance(8), true));

  boolean = (): boolean => {
    const value = this.uint8();
    if (value > 1) this.fail(`a boolean is ${value}`);
    return value === 1;
  };

  string = (): string => {
    const length = this.uint64();
    const start = this.advance(length);
    return this.text.decode(this.window.subarray(start, start + length));
  };

  /** A count of items that take at least `least` bytes each, so that it cannot exceed what the file holds. */
  count(least: number): number {
    const count = this.uint64();
    if (count * least > this.fileSize - this.offset)
      this.fail(`it announces ${count} items and is too short`);
    return count;
  }
}
