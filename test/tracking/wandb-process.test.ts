import { expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WandbProcess, withoutKeys } from "../../src/tracking/wandb/process.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

/** A client whose Python is this shell script. */
function client(folder: string, script: string, lines: string[] = []): WandbProcess {
  const path = join(folder, "python");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return new WandbProcess({ directory: folder, python: [path] }, (line) => lines.push(line));
}

test("a message is answered by a line; the client's own output is passed on", async () => {
  using folder = temporaryFolder();
  const lines: string[] = [];
  using process = client(folder.path, `read line; echo '{"step": 4}'; echo "trouble" >&2; read line`, lines);
  expect(await process.ask({ do: "init" })).toEqual({ step: 4 });
  while (lines.length === 0) await Bun.sleep(5);
  expect(lines).toEqual(["wandb: trouble"]);
});

test("a client that says why it fails is an error with what to do, one that ends too", async () => {
  using folder = temporaryFolder();
  using refused = client(folder.path, `read line; echo '{"error": "UsageError: No API key configured."}'`);
  const error = await refused.ask({ do: "init" }).catch((caught) => caught);
  expect(error.message).toBe("W&B: UsageError: No API key configured.");
  expect(error.mend).toContain("WANDB_API_KEY");
  using ended = client(folder.path, "read line; exit 3");
  await expect(ended.ask({ do: "init" })).rejects.toThrow("the client ended with exit code 3");
});

test("a key is blotted out of whatever is passed on", () => {
  const environment = { WANDB_API_KEY: "secret-key" };
  expect(withoutKeys("401 for secret-key (secret-key)", environment)).toBe("401 for [key] ([key])");
  expect(withoutKeys("nothing", {})).toBe("nothing");
});
