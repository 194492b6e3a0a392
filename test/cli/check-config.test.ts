import { expect, test } from "bun:test";
import { join } from "node:path";
import { checkConfig } from "../../src/cli/check-config.ts";
import { makeConfig, temporaryFolder } from "../runs/fixtures.ts";
import { run } from "./command-line.ts";

test("config validate refuses what train refuses: a figure that no run has", async () => {
  const validate = async (...set: string[]) => {
    const { code, stderr } = await run(["config", "validate", ...set.flatMap((one) => ["--set", one])]);
    return [code, stderr] as const;
  };
  const best = await validate("checkpoints.best.metric=bogus/metric");
  expect(best).toEqual([2, expect.stringContaining('"bogus/metric", which is no figure')]);
  const late = await validate("steps=5", "selfplay.composites={probability: 0.5, from_step: 6}");
  expect(late).toEqual([0, expect.stringContaining("Note: selfplay.composites.from_step 6 is after")]);
}, 30_000);

test("files that the config names and that are not there are told", async () => {
  const wanted = (input: Parameters<typeof makeConfig>[0]) => checkConfig(makeConfig(input));
  await expect(wanted({ adapter: { type: "lora", init: "nowhere" } })).rejects.toThrow(
    "there is no nowhere/adapters.safetensors",
  );
  await expect(wanted({ training: { algorithm: { type: "sft", data: "none.jsonl" } } })).rejects.toThrow(
    "none.jsonl cannot be read",
  );
});

test("the weights that a run began from are asked for once, and may then be gone", async () => {
  using folder = temporaryFolder();
  const config = makeConfig({ adapter: { type: "lora", init: folder.path } });
  await expect(checkConfig(config)).rejects.toThrow("adapter.init: there is no");
  await checkConfig(config, { goesOn: true });
  await Bun.write(join(folder.path, "adapters.safetensors"), "");
  await checkConfig(config);
});
