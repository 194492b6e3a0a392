export { type DoctorFact, doctorNative } from "./doctor.ts";
export { type EnsureNativeOptions, ensureNative, type NativeLayer } from "./native-layer.ts";
export type { Backend } from "./platform.ts";
export { MLX_VERSION } from "./wheels.ts";
