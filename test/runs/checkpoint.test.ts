import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "../../src/errors/index.ts";
import {
  finalDirectory,
  linkFinal,
  removeStrayCheckpoints,
  verifyCheckpoint,
  writeCheckpoint,
} from "../../src/runs/checkpoint.ts";
import { temporaryFolder } from "./fixtures.ts";

async function refusal(promise: Promise<unknown>): Promise<RunError> {
  const error = await promise.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(RunError);
  return error as RunError;
}

const saveText = (text: string) => async (directory: string) => {
  mkdirSync(join(directory, "optimizer"));
  writeFileSync(join(directory, "weights.bin"), text);
  writeFileSync(join(directory, "optimizer", "moments.bin"), `${text}!`);
};

test("a checkpoint is whole: every file in the manifest, none beside", async () => {
  using folder = temporaryFolder();
  const record = await writeCheckpoint(folder.path, 5, saveText("abc"));
  expect(record).toMatchObject({ step: 5, directory: "checkpoint-5", bytes: 7 });
  expect(readdirSync(folder.path)).toEqual(["checkpoint-5"]);
  await verifyCheckpoint(folder.path, record);
  const manifest = await Bun.file(join(folder.path, "checkpoint-5", "manifest.json")).json();
  expect(manifest.files.map((file: { name: string; bytes: number }) => [file.name, file.bytes])).toEqual([
    ["optimizer/moments.bin", 4],
    ["weights.bin", 3],
  ]);
  // SHA-256 of "abc", FIPS 180-2 appendix B.1.
  expect(manifest.files[1].sha256).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("damage is found and named: a missing file, another size, other contents, no manifest", async () => {
  using folder = temporaryFolder();
  const at = (...parts: string[]) => join(folder.path, "checkpoint-1", ...parts);
  const damagedBy = async (damage: () => void) => {
    const record = await writeCheckpoint(folder.path, 1, saveText("abc"));
    damage();
    return (await refusal(verifyCheckpoint(folder.path, record))).message;
  };
  expect(await damagedBy(() => rmSync(at("optimizer", "moments.bin")))).toContain(
    "optimizer/moments.bin is missing",
  );
  expect(await damagedBy(() => writeFileSync(at("weights.bin"), "ab"))).toContain("has 2 bytes instead of 3");
  expect(await damagedBy(() => writeFileSync(at("weights.bin"), "abd"))).toContain("has other contents");
  expect(await damagedBy(() => rmSync(at("manifest.json")))).toContain("manifest.json is missing");
  expect(await damagedBy(() => writeFileSync(at("manifest.json"), "{"))).toContain("cannot be read");
});

test("a save that fails leaves earlier checkpoints and no half directory", async () => {
  using folder = temporaryFolder();
  const record = await writeCheckpoint(folder.path, 1, saveText("abc"));
  const error = await refusal(
    writeCheckpoint(folder.path, 2, async (directory) => {
      await saveText("half")(directory);
      throw new Error("ENOSPC: no space left on device, write");
    }),
  );
  expect(error.message).toContain("step 2 could not be written: ENOSPC");
  expect(error.mend).toContain("Free some disk space");
  expect(readdirSync(folder.path)).toEqual(["checkpoint-1"]);
  await verifyCheckpoint(folder.path, record);
  expect((await refusal(writeCheckpoint(folder.path, 2, async () => undefined))).message).toContain(
    "nothing was saved",
  );
});

test("a file that the system refuses to write on fails the checkpoint and no other", async () => {
  using folder = temporaryFolder();
  const script = `
    const { writeFileSync } = await import("node:fs");
    const { writeCheckpoint } = await import(${JSON.stringify(join(import.meta.dir, "../../src/runs/checkpoint.ts"))});
    const save = (bytes) => async (directory) => writeFileSync(directory + "/weights.bin", new Uint8Array(bytes));
    await writeCheckpoint(${JSON.stringify(folder.path)}, 1, save(1000));
    await writeCheckpoint(${JSON.stringify(folder.path)}, 2, save(1000000)).catch((error) => console.log(error.name));
  `;
  // Files of at most 64 KiB; the signal of the limit is ignored, so the write itself fails.
  const child = Bun.spawn(
    ["bash", "-c", 'trap "" XFSZ; ulimit -f 64; exec "$0" -e "$1"', process.execPath, script],
    {
      stdout: "pipe",
      stderr: "pipe",
    },
  );
  expect(await new Response(child.stdout).text()).toBe("RunError\n");
  expect(readdirSync(folder.path)).toEqual(["checkpoint-1"]);
});

test("what no row names is removed; other files stay", async () => {
  using folder = temporaryFolder();
  const kept = await writeCheckpoint(folder.path, 2, saveText("abc"));
  await writeCheckpoint(folder.path, 1, saveText("abc"));
  mkdirSync(join(folder.path, ".writing-checkpoint-3-999"));
  writeFileSync(join(folder.path, "notes.txt"), "mine");
  mkdirSync(join(folder.path, "checkpoint-2.damaged"));
  expect(removeStrayCheckpoints(folder.path, [kept]).sort()).toEqual([
    ".writing-checkpoint-3-999",
    "checkpoint-1",
  ]);
  expect(readdirSync(folder.path).sort()).toEqual(["checkpoint-2", "checkpoint-2.damaged", "notes.txt"]);
  expect(existsSync(join(folder.path, "nowhere"))).toBe(false);
  expect(removeStrayCheckpoints(join(folder.path, "nowhere"), [])).toEqual([]);
});

test("checkpoint-final leads to a checkpoint while the run has an end", () => {
  using folder = temporaryFolder();
  expect(finalDirectory(folder.path)).toBeNull();
  const record = { step: 7, directory: "checkpoint-7", createdAt: 0, bytes: 0 };
  mkdirSync(join(folder.path, record.directory));
  linkFinal(folder.path, record);
  linkFinal(folder.path, record);
  expect(finalDirectory(folder.path)).toBe("checkpoint-7");
  expect(existsSync(join(folder.path, "checkpoint-final"))).toBe(true);
  expect(removeStrayCheckpoints(folder.path, [record])).toEqual([]);
  linkFinal(folder.path, null);
  expect(finalDirectory(folder.path)).toBeNull();
  expect(existsSync(join(folder.path, record.directory))).toBe(true);
});
