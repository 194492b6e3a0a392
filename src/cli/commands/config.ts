import type { Command } from "commander";
import { addConfigOptions, type ConfigOptions, readConfig } from "../config-options.ts";
import { print, printJson, say, style } from "../terminal.ts";

export function registerConfig(program: Command): void {
  const config = program.command("config").description("show, describe or check a configuration");

  addConfigOptions(config.command("show").description("the resolved configuration, as YAML"))
    .option("--json", "as JSON")
    .action(async (options: ConfigOptions & { json?: boolean }) => {
      const resolved = await readConfig(options);
      if (options.json) return printJson(resolved);
      const { stringify } = await import("yaml");
      print(stringify(resolved).trimEnd());
    });

  config
    .command("schema")
    .description("every key with its type, range, default and meaning")
    .option("--json", "as JSON Schema, for editors")
    .action(async (options: { json?: boolean }) => {
      if (options.json) {
        const { configJsonSchema } = await import("../../config/json-schema.ts");
        return printJson(configJsonSchema());
      }
      const { configFields } = await import("../../config/shape.ts");
      for (const field of configFields()) {
        const notes = [
          field.type,
          field.range,
          field.default === undefined ? "" : `default ${JSON.stringify(field.default)}`,
          field.when && `when ${field.when}`,
        ];
        print(`${field.path}  (${notes.filter(Boolean).join("; ")})\n    ${field.help}`);
      }
    });

  addConfigOptions(
    config
      .command("validate")
      .description("check a configuration and the files that it names; exit code 2 when it is wrong"),
  ).action(async (options: ConfigOptions) => {
    const { checkConfig } = await import("../check-config.ts");
    const { sayRemarks } = await import("../remarks.ts");
    const resolved = await readConfig(options);
    await checkConfig(resolved);
    sayRemarks(resolved);
    say(style.green("The configuration is valid."));
  });
}
