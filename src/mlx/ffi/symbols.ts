import type { FFITypeOrString } from "bun:ffi";

/**
 * The shim's functions (native/*.cpp), by the shape of their signatures. In an argument list `ptr` is an array
 * handle, a typed array or null; a pair `ptr, i32` is a list and its length.
 */
const define = <const A extends readonly FFITypeOrString[], const R extends FFITypeOrString>(
  returns: R,
  ...args: A
) => ({ args, returns });

function family<const N extends string, const S>(names: readonly N[], signature: S) {
  return Object.fromEntries(names.map((name) => [`azr_${name}`, signature])) as Record<`azr_${N}`, S>;
}

const UNARY = [
  "negative",
  "abs",
  "sign",
  "square",
  "sqrt",
  "rsqrt",
  "exp",
  "expm1",
  "log",
  "log1p",
  "sigmoid",
  "sin",
  "cos",
  "tanh",
  "erf",
  "floor",
  "ceil",
  "reciprocal",
  "isnan",
  "isinf",
  "isfinite",
  "stop_gradient",
  "zeros_like",
  "ones_like",
  "copy",
  "logical_not",
  "contiguous",
] as const;

const BINARY = [
  "add",
  "subtract",
  "multiply",
  "divide",
  "power",
  "maximum",
  "minimum",
  "remainder",
  "floor_divide",
  "logaddexp",
  "equal",
  "not_equal",
  "less",
  "less_equal",
  "greater",
  "greater_equal",
  "logical_and",
  "logical_or",
  "matmul",
] as const;

const REDUCE = ["sum", "mean", "max", "min", "prod", "logsumexp", "any", "all"] as const;

export type UnaryName = (typeof UNARY)[number];
export type BinaryName = (typeof BINARY)[number];
export type ReduceName = (typeof REDUCE)[number];

export const SYMBOLS = {
  // array.cpp
  azr_error: define("cstring"),
  azr_mlx_version: define("cstring"),
  azr_live_handles: define("f64"),
  azr_array_free: define("void", "ptr"),
  azr_array_ndim: define("i32", "ptr"),
  azr_array_dtype: define("i32", "ptr"),
  azr_array_shape: define("void", "ptr", "ptr"),
  azr_array_from_data: define("ptr", "ptr", "f64", "ptr", "i32", "i32"),
  azr_array_scalar: define("ptr", "f64", "i32"),
  azr_array_read: define("i32", "ptr", "i32", "ptr", "f64"),
  azr_results_take: define("i32", "ptr", "i32"),
  azr_results_name: define("cstring", "i32"),

  // ops.cpp
  ...family(UNARY, define("ptr", "ptr")),
  ...family(BINARY, define("ptr", "ptr", "ptr")),
  ...family(REDUCE, define("ptr", "ptr", "ptr", "i32", "bool")),
  azr_round: define("ptr", "ptr", "i32"),
  azr_where: define("ptr", "ptr", "ptr", "ptr"),
  azr_clip: define("ptr", "ptr", "ptr", "ptr"),
  azr_var: define("ptr", "ptr", "ptr", "i32", "bool", "i32"),
  azr_softmax: define("ptr", "ptr", "ptr", "i32", "bool"),
  azr_argmax: define("ptr", "ptr", "i32", "bool", "bool"),
  azr_argmin: define("ptr", "ptr", "i32", "bool", "bool"),
  azr_cumsum: define("ptr", "ptr", "i32", "bool", "bool"),
  azr_sort: define("ptr", "ptr", "i32"),
  azr_argsort: define("ptr", "ptr", "i32"),
  azr_argpartition: define("ptr", "ptr", "i32", "i32"),
  azr_topk: define("ptr", "ptr", "i32", "i32"),
  azr_reshape: define("ptr", "ptr", "ptr", "i32"),
  azr_transpose: define("ptr", "ptr", "ptr", "i32"),
  azr_swapaxes: define("ptr", "ptr", "i32", "i32"),
  azr_squeeze: define("ptr", "ptr", "ptr", "i32"),
  azr_expand_dims: define("ptr", "ptr", "ptr", "i32"),
  azr_broadcast_to: define("ptr", "ptr", "ptr", "i32"),
  azr_concatenate: define("ptr", "ptr", "i32", "i32"),
  azr_stack: define("ptr", "ptr", "i32", "i32"),
  azr_split: define("i32", "ptr", "i32", "i32"),
  azr_split_at: define("i32", "ptr", "ptr", "i32", "i32"),
  azr_repeat: define("ptr", "ptr", "i32", "i32"),
  azr_tile: define("ptr", "ptr", "ptr", "i32"),
  azr_pad: define("ptr", "ptr", "ptr", "ptr", "ptr", "i32", "ptr"),
  azr_roll: define("ptr", "ptr", "i32", "i32"),
  azr_slice: define("ptr", "ptr", "ptr", "i32"),
  azr_slice_update: define("ptr", "ptr", "ptr", "ptr", "i32"),
  azr_astype: define("ptr", "ptr", "i32"),
  azr_view: define("ptr", "ptr", "i32"),
  azr_take: define("ptr", "ptr", "ptr", "i32", "bool"),
  azr_take_along_axis: define("ptr", "ptr", "ptr", "i32"),
  azr_put_along_axis: define("ptr", "ptr", "ptr", "ptr", "i32"),
  azr_scatter_add_axis: define("ptr", "ptr", "ptr", "ptr", "i32"),
  azr_full: define("ptr", "ptr", "i32", "ptr", "i32"),
  azr_arange: define("ptr", "f64", "f64", "f64", "i32"),
  azr_eye: define("ptr", "i32", "i32", "i32", "i32"),
  azr_tril: define("ptr", "ptr", "i32"),
  azr_triu: define("ptr", "ptr", "i32"),
  azr_addmm: define("ptr", "ptr", "ptr", "ptr", "f64", "f64"),
  azr_multiplies_packed: define("bool", "i32", "i32"),
  azr_quantized_matmul: define("ptr", "ptr", "ptr", "ptr", "ptr", "bool", "i32", "i32"),
  azr_quantize: define("i32", "ptr", "i32", "i32"),
  azr_dequantize: define("ptr", "ptr", "ptr", "ptr", "i32", "i32", "i32"),
  azr_rms_norm: define("ptr", "ptr", "ptr", "f64"),
  azr_layer_norm: define("ptr", "ptr", "ptr", "ptr", "f64"),
  azr_rope: define("ptr", "ptr", "i32", "bool", "f64", "f64", "i32", "ptr", "ptr"),
  azr_attention: define("ptr", "ptr", "ptr", "ptr", "f64", "bool", "ptr"),

  // kernels
  azr_swiglu: define("ptr", "ptr", "ptr"),
  azr_log_probability: define("i32", "ptr", "ptr", "ptr"),
  azr_ragged_kernel: define("bool"),
  azr_ragged_attention: define("ptr", "ptr", "ptr", "ptr", "ptr", "ptr", "ptr", "f64"),
  azr_decode_attention: define("i32", "ptr", "ptr", "ptr", "ptr", "ptr", "ptr", "ptr", "i32", "f64"),
  azr_sample: define("i32", "ptr", "ptr", "ptr", "ptr"),
  azr_native_kernels: define("bool"),

  // transforms.cpp
  azr_set_trampoline: define("void", "ptr"),
  azr_closure_return: define("i32", "ptr", "i32"),
  azr_closures_released: define("i32", "ptr", "i32"),
  azr_eval: define("i32", "ptr", "i32"),
  azr_async_eval: define("i32", "ptr", "i32"),
  azr_synchronize: define("i32"),
  azr_value_and_grad: define("i32", "i32", "ptr", "i32"),
  azr_checkpoint: define("i32", "i32", "ptr", "i32"),
  azr_compile: define("i32", "i32", "bool"),
  azr_call_compiled: define("i32", "i32", "ptr", "i32"),

  // random.cpp
  azr_random_key: define("ptr", "f64"),
  azr_random_split: define("ptr", "ptr", "i32"),
  azr_random_uniform: define("ptr", "ptr", "i32", "ptr", "ptr", "i32", "ptr"),
  azr_random_normal: define("ptr", "ptr", "i32", "i32", "ptr", "ptr", "ptr"),
  azr_random_randint: define("ptr", "ptr", "i32", "ptr", "ptr", "i32", "ptr"),
  azr_random_bernoulli: define("ptr", "ptr", "ptr", "i32", "ptr"),
  azr_random_gumbel: define("ptr", "ptr", "i32", "i32", "ptr"),
  azr_random_categorical: define("ptr", "ptr", "i32", "ptr"),

  // io.cpp
  azr_load_safetensors: define("i32", "ptr"),
  azr_save_safetensors: define("i32", "ptr", "ptr", "ptr", "i32", "ptr", "i32"),
  azr_load_gguf: define("i32", "ptr"),
  azr_memory_active: define("f64"),
  azr_memory_peak: define("f64"),
  azr_memory_cached: define("f64"),
  azr_memory_reset_peak: define("void"),
  azr_memory_clear_cache: define("void"),
  azr_memory_set_limit: define("f64", "f64"),
  azr_memory_set_cache_limit: define("f64", "f64"),
  azr_memory_set_wired_limit: define("f64", "f64"),
  azr_backend: define("i32"),
  azr_set_default_device: define("i32", "bool"),
  azr_default_device_is_gpu: define("i32"),

  // blas.cpp
  azr_blas_open: define("i32", "ptr"),
  azr_blas_threads: define("void", "i32"),
  azr_blas_forwarded: define("f64"),
};
