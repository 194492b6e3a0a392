import { expect, test } from "bun:test";
import { join } from "node:path";

const module = join(import.meta.dir, "..", "..", "src", "cli", "commands", "eval", "interruption.ts");

/** Work that keeps on after the first Ctrl-C for as long as it is let. */
const SCRIPT = `
const { catchInterruption } = await import(${JSON.stringify(module)});
using interruption = catchInterruption();
interruption.signal.addEventListener("abort", () => console.log("aborted"));
console.log("ready");
await new Promise((resolve) => setTimeout(resolve, 60_000));
`;

test("the first Ctrl-C asks the work to end and keeps what there is, the second ends the process", async () => {
  const child = Bun.spawn([process.execPath, "-e", SCRIPT], { stdout: "pipe", stderr: "pipe" });
  const decoder = new TextDecoder();
  let said = "";
  for await (const chunk of child.stdout) {
    said += decoder.decode(chunk);
    child.kill("SIGINT");
  }
  expect(said).toBe("ready\naborted\n");
  expect(await child.exited).toBe(130);
  expect(await new Response(child.stderr).text()).toContain("Ctrl-C again ends at once");
});
