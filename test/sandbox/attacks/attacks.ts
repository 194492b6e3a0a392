import type { ProgramResult, Verdict } from "../../../src/sandbox/executor.ts";
import files from "./files.py" with { type: "text" };
import forgery from "./forgery.py" with { type: "text" };
import network from "./network.py" with { type: "text" };
import prelude from "./prelude.py" with { type: "text" };
import processes from "./processes.py" with { type: "text" };
import resources from "./resources.py" with { type: "text" };
import { SECRET_TEXT } from "./target.ts";
import verdicts from "./verdicts.py" with { type: "text" };

/**
 * The attacks, by class. A program starts at `### name`, with the verdicts that are allowed behind an arrow. An
 * attack has succeeded when it ends with `escaped` true, or with a verdict that is not allowed. One without verdicts
 * has to succeed where there is no sandbox (control.ts): else it would show nothing by being held. Words in double
 * braces are facts about the host that the test fills in.
 */
export interface Attack {
  name: string;
  program: string;
  /** Empty when any verdict will do, as long as `escaped` is not true. */
  verdicts: Verdict[];
}

const CLASSES = { files, network, processes, resources, forgery, verdicts };

export const attacks: Attack[] = Object.entries(CLASSES).flatMap(([kind, text]) =>
  text
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf("\n");
      const [name = "", verdicts = ""] = section.slice(0, end).split(" -> ");
      return {
        name: `${kind}: ${name}`,
        program: `${prelude}\n${section.slice(end + 1)}`,
        verdicts: verdicts.split(" ").filter(Boolean) as Verdict[],
      };
    }),
);

/** Fills the host's facts in. */
export function aim(attack: Attack, facts: Record<string, string>): string {
  return attack.program.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const fact = facts[name];
    if (fact === undefined) throw new Error(`no fact ${name} for ${attack.name}`);
    return fact;
  });
}

/** Why an attack was not held; undefined when it was. */
export function success(attack: Attack, result: ProgramResult): string | undefined {
  const value = result.calls[0]?.value;
  if (value?.type === "bool" && value.value) return "escaped is true";
  if (result.stdout.includes(SECRET_TEXT)) return "it printed the secret";
  if (attack.verdicts.length > 0 && !attack.verdicts.includes(result.verdict)) {
    return `${result.verdict} instead of ${attack.verdicts.join(" or ")} (${result.error?.type}: ${result.error?.message})`;
  }
  return undefined;
}
