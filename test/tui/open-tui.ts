/**
 * Opens the TUI as the command line does: `bun open-tui.ts <runDir> [what]`. `what` makes it fail in some way at SIGUSR2:
 * `throw`, `reject`, `exit`, or is `launch:<entry>` for an engine that is launched behind the first frame, or `render`
 * for a home that throws while it is drawn.
 */
import { tuiServices } from "../../src/cli/tui-services.ts";
import { AzrError } from "../../src/errors/index.ts";
import { openTui } from "../../src/tui/index.ts";
import type { Services } from "../../src/tui/services.ts";

const [runDirectory = "", what = ""] = process.argv.slice(2);
const ways: Record<string, () => void> = {
  throw: () => {
    throw new Error("thrown outside React");
  },
  reject: () => void Promise.reject(new Error("rejected outside React")),
  exit: () => process.exit(9),
};
const fail = ways[what];
if (fail) process.on("SIGUSR2", fail);
const entry = what.startsWith("launch:") ? what.slice("launch:".length) : undefined;
/** Home reads the folder of the runs each time that it is drawn. */
const broken = (services: Services): Services => ({
  ...services,
  get runsFolder(): string {
    throw new Error("thrown while drawn");
  },
});
try {
  const place = { kind: "run", runDirectory, ...(entry ? { launch: { entry } } : {}) } as const;
  const { departure } = await (what === "render"
    ? openTui({ place: { kind: "home" }, services: broken(tuiServices()) })
    : openTui({ place, services: tuiServices() }));
  console.log(`left: ${departure}`);
} catch (error) {
  console.log(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(error instanceof AzrError ? error.exitCode : 1);
}
