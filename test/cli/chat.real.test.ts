import { expect, test } from "bun:test";
import { openPseudoTerminal } from "../tui/pseudo-terminal.ts";
import { ENTRY, run } from "./command-line.ts";

test("a chat in a terminal: turns, /reset, Ctrl-C during an answer, /exit", async () => {
  const options = ["--system", "Answer with one word.", "--temperature", "0", "--max-tokens", "400"];
  await using terminal = openPseudoTerminal([process.execPath, ENTRY, "generate", "--chat", ...options]);
  await terminal.waitFor(/\/exit leaves.*\n> $/m, 60_000);
  terminal.send("What is the capital of France?\r");
  await terminal.waitFor(/Paris[\s\S]*\n> $/m, 60_000);
  terminal.send("/reset\r");
  await terminal.waitFor(/forgotten\.\n> $/m);
  terminal.send("Write a very long story about a dragon.\r");
  await terminal.waitFor(/dragon\.\n.*\w{3,}[\s\S]*\n/m, 60_000);
  terminal.send("\x03");
  await terminal.waitFor(/\(ended\)\n> $/m, 60_000);
  terminal.send("/exit\r");
  expect(await terminal.exited).toBe(0);
}, 180_000);

test("Ctrl-C twice at the prompt leaves a chat with 130", async () => {
  await using terminal = openPseudoTerminal([process.execPath, ENTRY, "generate", "--chat"]);
  await terminal.waitFor(/\n> $/m, 60_000);
  terminal.send("\x03");
  await terminal.waitFor(/again, or \/exit[\s\S]*\n> $/m);
  terminal.send("\x03");
  expect(await terminal.exited).toBe(130);
}, 120_000);

test("a reader that closes the pipe ends the process without a word; --chat without a terminal answers once", async () => {
  const shell = `"${process.execPath}" "${ENTRY}" generate --raw "1 2 3" --max-tokens 4000 --seed 1 --temperature 0.8 | head -c 5`;
  const child = Bun.spawn(["bash", "-o", "pipefail", "-c", shell], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  expect(await child.exited).toBe(0);
  expect(await new Response(child.stderr).text()).toBe("");
  expect(await new Response(child.stdout).text()).toHaveLength(5);
  const once = await run(["generate", "--chat", "Say yes.", "--max-tokens", "5"]);
  expect(once.code, once.stderr).toBe(0);
  expect(once.stdout.trim()).not.toBe("");
}, 120_000);
