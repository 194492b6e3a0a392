import { CONTEXT_TITLES, CONTEXTS } from "./contexts.ts";
import { KEYS } from "./table.ts";

const MOUSE =
  "Where the terminal has a mouse, a click selects a tab or a row and the wheel (`wheelup`, `wheeldown`) scrolls;\n`--no-mouse` leaves the mouse to the terminal.\n";

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
