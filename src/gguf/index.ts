export {
  type GgufHeader,
  type GgufTensor,
  type GgufValue,
  parseGgufHeader,
  readGgufHeader,
} from "./header.ts";
export { type GgufOutput, writeGguf } from "./writer.ts";
