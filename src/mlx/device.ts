import type { Backend } from "../native-setup/index.ts";
import { check, native } from "./ffi/library.ts";

const BACKENDS = ["cpu", "metal", "cuda"] as const;

/** The GPU that MLX can use here, or cpu. */
export function backend(): Backend {
  return BACKENDS[check(native().azr_backend())] ?? "cpu";
}

/** Where operations run from now on in this thread. Throws EngineError for `gpu` where there is none. */
export function setDefault(kind: "cpu" | "gpu"): void {
  check(native().azr_set_default_device(kind === "gpu"));
}

export function getDefault(): "cpu" | "gpu" {
  return native().azr_default_device_is_gpu() === 1 ? "gpu" : "cpu";
}

export function mlxVersion(): string {
  return String(native().azr_mlx_version());
}

/** Whether operations run in the shim's own kernels: on the CPU, unless AZR_NATIVE_KERNELS=0. */
export function nativeKernels(): boolean {
  return native().azr_native_kernels();
}

/** Threads of the CPU's matrix products (on Linux; macOS decides by itself) and of the shim's own kernels. */
export function blasThreads(count: number): void {
  native().azr_blas_threads(count);
}

/** Matrix products that OpenBLAS computed in this process: on Linux, proof that libmlx uses it. */
export function blasProducts(): number {
  return native().azr_blas_forwarded();
}

/** Whether ragged attention runs in a kernel of the shim: on the CPU where products are the shim's (Linux). */
export function raggedKernel(): boolean {
  return native().azr_ragged_kernel();
}

/** Whether the CPU multiplies weights packed like this in a kernel of the shim. */
export function multipliesPacked({ bits, groupSize }: { bits: number; groupSize: number }): boolean {
  return native().azr_multiplies_packed(groupSize, bits);
}

/** Whether `compile` fuses operations: on GPU backends, unless AZR_COMPILE=0; with AZR_COMPILE=1 on the CPU too. */
export function compiles(): boolean {
  const asked = process.env.AZR_COMPILE;
  return asked === "1" || (asked !== "0" && getDefault() === "gpu");
}
