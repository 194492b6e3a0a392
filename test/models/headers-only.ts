/** A safetensors file with these tensors of zeros, made without MLX. */
export function zeroSafetensors(
  tensors: Readonly<Record<string, readonly [dtype: "F32" | "F16" | "U32", ...shape: number[]]>>,
): Uint8Array<ArrayBuffer> {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, [dtype, ...shape]]) => {
    const begin = end;
    end += shape.reduce((product, extent) => product * extent, dtype === "F16" ? 2 : 4);
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const file = new Uint8Array(8 + header.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  return file;
}
