/** Element types, in the order of native/array.cpp. */
export const DTYPES = [
  "bool",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "int8",
  "int16",
  "int32",
  "int64",
  "float16",
  "bfloat16",
  "float32",
  "float64",
  "complex64",
] as const;

export type Dtype = (typeof DTYPES)[number];

const BYTES: Record<Dtype, number> = {
  bool: 1,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
  complex64: 8,
};

/** Size of one element in bytes. */
export function dtypeBytes(dtype: Dtype): number {
  return BYTES[dtype];
}

export function isFloating(dtype: Dtype): boolean {
  return dtype === "float32" || dtype === "bfloat16" || dtype === "float16" || dtype === "float64";
}

export function isInteger(dtype: Dtype): boolean {
  return dtype.startsWith("int") || dtype.startsWith("uint");
}

export function dtypeCode(dtype: Dtype): number {
  return DTYPES.indexOf(dtype);
}
