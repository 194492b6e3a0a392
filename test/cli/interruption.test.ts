import { expect, test } from "bun:test";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "../runs/fixtures.ts";
import { start } from "./command-line.ts";

const module = join(import.meta.dir, "..", "..", "src", "cli", "commands", "eval", "interruption.ts");

/** Work that keeps on after the first Ctrl-C for as long as it is let. */
const SCRIPT = `
const { Interruption } = await import(${JSON.stringify(module)});
using interruption = new Interruption();
using keeping = interruption.keep();
keeping.signal.addEventListener("abort", () => console.log("aborted"));
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

test("Ctrl-C while a model or a file is read ends the command, and says so", async () => {
  using folder = temporaryFolder();
  const pipe = join(folder.path, "problems.jsonl");
  expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
  const child = start(["eval", "--benchmark", "gsm8k", "--data", pipe], { cwd: folder.path });
  // The pipe opens when the command has begun to read it.
  const writer = await open(pipe, "w");
  child.kill("SIGINT");
  const stderr = await new Response(child.stderr).text();
  expect({ stderr, code: await child.exited }).toEqual({ stderr: "\nEnded by Ctrl-C.\n", code: 130 });
  await writer.close();
});
