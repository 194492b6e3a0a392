export { MxArray, type Operand } from "./array.ts";
export * as device from "./device.ts";
export { type Dtype, dtypeBytes, isFloating, isInteger } from "./dtype.ts";
export { loadGguf, saveGguf } from "./gguf.ts";
export { initialise } from "./initialise.ts";
export * as memory from "./memory.ts";
export * as mx from "./ops/index.ts";
export type { Quantization, QuantizedWeight } from "./ops/quantized.ts";
export * as random from "./random.ts";
export { loadSafetensors, saveSafetensors } from "./safetensors.ts";
export {
  readSafetensorsHeader,
  type SafetensorsEntry,
  type SafetensorsHeader,
} from "./safetensors-header.ts";
export { dispose, keep, liveArrays, scope } from "./scope.ts";
export { shared } from "./shared.ts";
export {
  asyncEvaluate,
  checkpoint,
  compile,
  evaluate,
  synchronize,
  type ValueAndGradient,
  valueAndGrad,
} from "./transforms.ts";
export { type ArrayTree, arraysIn, withArrays } from "./tree.ts";
