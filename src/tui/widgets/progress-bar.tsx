import { Text } from "ink";
import { emphasis } from "../theme.ts";

/** `━━━━────`, done of total, in the given number of columns. */
export function ProgressBar({ done, total, width }: { done: number; total: number; width: number }) {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
  const filled = Math.round(share * width);
  return (
    <Text>
      <Text {...emphasis.good()}>{"━".repeat(filled)}</Text>
      <Text {...emphasis.faint()}>{"─".repeat(Math.max(0, width - filled))}</Text>
    </Text>
  );
}
