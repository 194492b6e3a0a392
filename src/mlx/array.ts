import { DTYPES, type Dtype, dtypeBytes, dtypeCode, isInteger } from "./dtype.ts";
import { check, handle, native } from "./ffi/library.ts";
import { type Handle, intList } from "./ffi/pointer.ts";
import { currentFrame, type Frame } from "./frame.ts";

/** Numbers become scalars of the other operand's dtype, as in Python's MLX. */
export type Operand = MxArray | number;

type Data =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | readonly number[]
  | readonly boolean[];

/**
 * An n-dimensional array of MLX: immutable, and lazy until it is evaluated or read. It is freed by the `scope`
 * that it was made in, by `dispose`, or at the end of a `using` block; never by the garbage collector.
 */
export class MxArray implements Disposable {
  #handle: Handle | undefined;
  #frame: Frame | undefined;
  #shape: readonly number[] | undefined;

  /** Takes over a handle that the shim returned. Only src/mlx makes arrays this way. */
  constructor(handle: Handle) {
    this.#handle = handle;
    this.#frame = currentFrame();
    this.#frame?.owned.add(this);
  }

  /**
   * A copy of row-major data. The shape is one axis unless given; the dtype is that of the typed array, float32
   * for numbers and bool for booleans. Throws RangeError when data and shape differ in size.
   */
  static from(data: Data, shape: readonly number[] = [data.length], dtype?: Dtype): MxArray {
    const size = shape.reduce((product, extent) => product * extent, 1);
    if (size !== data.length) {
      throw new RangeError(`shape [${shape}] holds ${size} elements, and ${data.length} came`);
    }
    const [typed, own] = typedData(data, dtype);
    const bytes = typed.byteLength;
    const made = handle(
      native().azr_array_from_data(
        bytes === 0 ? new Uint8Array(1) : typed,
        bytes,
        intList(shape),
        shape.length,
        dtypeCode(own),
      ),
    );
    if (dtype === undefined || dtype === own) return new MxArray(made);
    try {
      return new MxArray(handle(native().azr_astype(made, dtypeCode(dtype))));
    } finally {
      native().azr_array_free(made);
    }
  }

  /** A number without axes. */
  static scalar(value: number, dtype: Dtype = "float32"): MxArray {
    return new MxArray(handle(native().azr_array_scalar(value, dtypeCode(dtype))));
  }

  /** For src/mlx: what the shim's functions take. Throws ReferenceError after dispose. */
  get handle(): Handle {
    if (this.#handle === undefined) throw new ReferenceError("This array was disposed of.");
    return this.#handle;
  }

  get shape(): number[] {
    if (!this.#shape) {
      const count = this.ndim;
      const out = intList(new Array<number>(count).fill(0));
      native().azr_array_shape(this.handle, out);
      this.#shape = Array.from(out.subarray(0, count));
    }
    return [...this.#shape];
  }

  get ndim(): number {
    return native().azr_array_ndim(this.handle);
  }

  get dtype(): Dtype {
    return DTYPES[check(native().azr_array_dtype(this.handle))] as Dtype;
  }

  /** Number of elements. */
  get size(): number {
    return this.shape.reduce((product, extent) => product * extent, 1);
  }

  get nbytes(): number {
    return this.size * dtypeBytes(this.dtype);
  }

  get disposed(): boolean {
    return this.#handle === undefined;
  }

  /** The only element, evaluated. Throws RangeError when there are more. */
  item(): number {
    if (this.size !== 1) throw new RangeError(`item() of an array of shape [${this.shape}]`);
    return this.#read(new Float64Array(1), "float64")[0] as number;
  }

  /** A row-major copy of the elements, evaluated and converted. */
  toFloat32(): Float32Array {
    return this.#read(new Float32Array(this.size), "float32");
  }

  toInt32(): Int32Array {
    return this.#read(new Int32Array(this.size), "int32");
  }

  toUint32(): Uint32Array {
    return this.#read(new Uint32Array(this.size), "uint32");
  }

  /** The elements' own bytes, row-major. */
  toBytes(): Uint8Array {
    return this.#read(new Uint8Array(this.nbytes), this.dtype);
  }

  #read<T extends Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array>(
    out: T,
    dtype: Dtype,
  ): T {
    const target = out.byteLength === 0 ? new Uint8Array(1) : out;
    check(native().azr_array_read(this.handle, dtypeCode(dtype), target, out.byteLength));
    return out;
  }

  dispose(): void {
    if (this.#handle === undefined) return;
    native().azr_array_free(this.#handle);
    this.#handle = undefined;
    this.moveTo(undefined);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** For src/mlx: hands the array to another scope's frame, or to the caller. */
  moveTo(frame: Frame | undefined): void {
    this.#frame?.owned.delete(this);
    this.#frame = frame;
    frame?.owned.add(this);
  }

  /** For src/mlx: the frame of the scope that frees the array; undefined when the caller does. */
  get frame(): Frame | undefined {
    return this.#frame;
  }

  toString(): string {
    return this.disposed ? "MxArray(disposed)" : `MxArray(${this.dtype} [${this.shape}])`;
  }
}

function typedData(data: Data, dtype: Dtype | undefined): [NodeJS.TypedArray, Dtype] {
  if (Array.isArray(data)) {
    if (typeof data[0] === "boolean") return [Uint8Array.from(data as boolean[], Number), "bool"];
    return dtype !== undefined && isInteger(dtype) && dtypeBytes(dtype) <= 4
      ? dtype.startsWith("u")
        ? [Uint32Array.from(data as number[]), "uint32"]
        : [Int32Array.from(data as number[]), "int32"]
      : dtype === "float64" || dtype === "int64" || dtype === "uint64"
        ? [Float64Array.from(data as number[]), "float64"]
        : [Float32Array.from(data as number[]), "float32"];
  }
  for (const [type, name] of TYPED) if (data instanceof type) return [data, name];
  throw new TypeError("Data is a typed array, or a list of numbers or booleans.");
}

const TYPED = [
  [Float32Array, "float32"],
  [Int32Array, "int32"],
  [Uint32Array, "uint32"],
  [Uint8Array, "uint8"],
  [Uint16Array, "uint16"],
  [Int8Array, "int8"],
  [Int16Array, "int16"],
  [Float64Array, "float64"],
  [BigInt64Array, "int64"],
  [BigUint64Array, "uint64"],
] as const;
