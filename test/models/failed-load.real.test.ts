import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelLoadError } from "../../src/errors/index.ts";
import { dispose, evaluate, liveArrays, loadSafetensors, saveSafetensors } from "../../src/mlx/index.ts";
import { withMlx } from "../mlx/live-arrays.ts";
import { conformance, open, VARIANTS, writeConformanceModel } from "./conformance-model.ts";

/** A model that cannot be made frees what it took, whichever tensor is the one that is missing. */
withMlx();

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "azr-failed-load-"));
});
afterAll(() => rm(root, { recursive: true }));

test.each([...VARIANTS])("%s: every missing tensor is named, and nothing is left behind", async (variant) => {
  const directory = writeConformanceModel(root, variant);
  const path = join(directory, "model.safetensors");
  const { tensors } = loadSafetensors(path);
  try {
    evaluate(tensors);
    for (const [missing] of conformance(variant).tensors) {
      saveSafetensors(path, new Map([...tensors].filter(([name]) => name !== missing)), { format: "pt" });
      const before = liveArrays();
      const error = await open(directory).catch((reason: unknown) => reason);
      expect(error, missing).toBeInstanceOf(ModelLoadError);
      expect((error as Error).message).toContain(missing.replace(/^(transformer|model)\./, ""));
      expect(liveArrays() - before, missing).toBe(0);
    }
  } finally {
    dispose(tensors);
  }
});
