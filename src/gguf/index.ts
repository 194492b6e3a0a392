export {
  type GgufHeader,
  type GgufTensor,
  type GgufValue,
  parseGgufHeader,
  readGgufHeader,
} from "./header.ts";
