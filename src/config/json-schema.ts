import { toJsonSchema } from "@valibot/to-json-schema";
import { ConfigSchema } from "./schema.ts";

/** JSON Schema of the config file, for editors (`# yaml-language-server: $schema=...`). */
export function configJsonSchema(): object {
  return toJsonSchema(ConfigSchema, { typeMode: "input", errorMode: "ignore" });
}
