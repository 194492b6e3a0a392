import { CONTEXT_TITLES, CONTEXTS } from "./contexts.ts";
import { KEYS } from "./table.ts";

const MOUSE =
  "Where the terminal has a mouse, a click selects what it is on: a tab, a row, a chart, a key of the last\nline. A click on what is selected opens it. The wheel (`wheelup`, `wheeldown`) scrolls. Text is selected with shift held\ndown in most terminals; `--no-mouse` leaves the mouse to the terminal.\n";

/** docs/reference/keys.md. */
export function keysReference(): string {
  const sections = CONTEXTS.map((context) => {
    const rows = KEYS.filter((binding) => binding.when === context).map(
      (binding) => `| ${binding.keys.map((key) => `\`${key}\``).join(" ")} | ${binding.help} |`,
    );
    return `## ${CONTEXT_TITLES[context]}\n\n| key | what it does |\n| --- | --- |\n${rows.join("\n")}\n`;
  });
  return `# Keys\n\n${MOUSE}\n${sections.join("\n")}`;
}
