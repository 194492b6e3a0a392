import type { Command } from "commander";
import { print, printJson, style } from "../terminal.ts";

export function registerDoctor(program: Command): void {
  program
    .command("doctor")
    .description("what this machine has and lacks, line by line; changes nothing")
    .option("--json", "as JSON")
    .action(async (options: { json?: boolean }) => {
      const { doctorFacts } = await import("../doctor.ts");
      const facts = await doctorFacts();
      if (options.json) printJson(facts);
      else {
        for (const fact of facts) {
          print(`${fact.ok ? style.green("ok     ") : style.red("PROBLEM")} ${fact.name}: ${fact.detail}`);
          if (!fact.ok && fact.mend) print(`        ${fact.mend}`);
        }
      }
      process.exitCode = facts.every((fact) => fact.ok) ? 0 : 7;
    });
}
