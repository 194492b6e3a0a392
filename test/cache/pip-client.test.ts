import { expect, test } from "bun:test";
import {
  explainPipFailure,
  findPipClient,
  pipDownloadArguments,
  requirementsText,
} from "../../src/cache/pip-client.ts";

test("the requirements file lists every allowed hash", () => {
  expect(requirementsText("a==1", ["x", "y"])).toBe("a==1 \\\n    --hash=sha256:x \\\n    --hash=sha256:y\n");
});

test("pip is asked for one pinned wheel, without its dependencies", () => {
  expect(
    pipDownloadArguments({ requirementsFile: "r.txt", destination: "d", platforms: ["macosx_14_0_arm64"] }),
  ).toEqual([
    "download",
    "--no-deps",
    "--only-binary=:all:",
    "--require-hashes",
    "--no-input",
    "--no-cache-dir",
    "--disable-pip-version-check",
    "--progress-bar=off",
    "--retries=3",
    "--platform=macosx_14_0_arm64",
    "--dest=d",
    "--requirement=r.txt",
  ]);
});

const machine =
  (...works: string[]) =>
  async (command: string[]) =>
    works.includes(command.join(" ").replace(" --version", ""));

test("python3's pip is taken first, then uv", async () => {
  expect((await findPipClient(machine("python3", "python3 -m pip", "uv"))).pip).toEqual([
    "python3",
    "-m",
    "pip",
  ]);
  expect(await findPipClient(machine("python3", "uv"))).toEqual({
    pip: ["uv", "tool", "run", "pip"],
    python: ["python3"],
  });
  expect((await findPipClient(machine("uv"))).python).toEqual(["uv", "run", "--no-project", "python"]);
});

test("a machine without python3, or without pip, gets the command that installs it", async () => {
  await expect(findPipClient(machine())).rejects.toMatchObject({
    name: "SetupError",
    message: expect.stringContaining("python3 is not installed"),
    mend: expect.stringMatching(/apt-get install python3|xcode-select/),
  });
  await expect(findPipClient(machine("python3"))).rejects.toMatchObject({
    message: expect.stringContaining("no pip"),
    mend: expect.stringMatching(/pip/),
  });
});

test.each([
  [
    "WARNING: Retrying (Retry(total=2)) after connection broken by 'NewConnectionError(...)'\nERROR: Could not find a version that satisfies the requirement a==1 (from versions: none)",
    /could not be reached/,
  ],
  ["ERROR: Could not find a version that satisfies the requirement a==1 (from versions: none)", /no wheel/],
  ["ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", /expected SHA-256/],
  ["ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", /disk is full/],
  ["something else went wrong", /something else went wrong/],
])("pip's failure is explained: %s", (output, message) => {
  const error = explainPipFailure("a==1", output);
  expect(error.message).toMatch(message);
  expect(error.mend).toBeTruthy();
});

test("a package for a newer Python says which", () => {
  const output =
    "ERROR: Ignored the following versions that require a different python version: 0.30.0 Requires-Python >=3.9; 0.31.0 Requires-Python >=3.10\nERROR: No matching distribution found for wandb==0.31.0";
  const error = explainPipFailure("wandb==0.31.0", output);
  expect(error.message).toBe("wandb==0.31.0 needs Python >=3.10.");
});
