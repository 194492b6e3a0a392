import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DownloadProgress } from "../../src/cache/pip-download.ts";
import { modelDownload } from "../../src/cli/model-download.ts";
import { ModelLoadError, SetupError } from "../../src/errors/index.ts";
import { cachedModels, pinnedSource } from "../../src/models/cached-models.ts";
import { resolveModel } from "../../src/models/resolve.ts";
import { bytesOf, FakeHub, type FakeRepository, hashOf } from "./fake-hub.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const OTHER = "fedcba9876543210fedcba9876543210fedcba98";
const VARIABLES = [
  "HF_HOME",
  "HF_HUB_CACHE",
  "HUGGINGFACE_HUB_CACHE",
  "HF_ENDPOINT",
  "HF_TOKEN",
  "HUGGING_FACE_HUB_TOKEN",
  "HF_TOKEN_PATH",
  "HF_HUB_OFFLINE",
  "TRANSFORMERS_OFFLINE",
] as const;
const before = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));

let directory = "";
let hub: FakeHub;
let folder = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "azr-hub-"));
  hub = new FakeHub();
  hub.repositories.set("someone/tiny", tinyRepository());
  for (const name of VARIABLES) delete process.env[name];
  process.env.HF_HOME = directory;
  process.env.HF_ENDPOINT = hub.url;
  folder = join(directory, "hub", "models--someone--tiny");
});
afterEach(async () => {
  hub[Symbol.dispose]();
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(directory, { recursive: true, force: true });
});

function tinyRepository(): FakeRepository {
  const weights = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251);
  return {
    commit: COMMIT,
    large: ["model.safetensors", "pytorch_model.bin", "tokenizer.json"],
    files: {
      "README.md": bytesOf("# Tiny"),
      "config.json": bytesOf('{"model_type":"llama"}'),
      "tokenizer.json": bytesOf("{}"),
      "tokenizer_config.json": bytesOf("{}"),
      "model.safetensors": weights,
      "pytorch_model.bin": bytesOf("a pickle"),
    },
  };
}

const tiny = (): FakeRepository => hub.repositories.get("someone/tiny") as FakeRepository;
const contents = (file: string) => tiny().files[file] as Uint8Array<ArrayBuffer>;
const weightsBlob = () => join(folder, "blobs", hashOf(tiny(), "model.safetensors"));

async function failure<E extends Error>(
  kind: new (message: string) => E,
  source = "someone/tiny",
): Promise<E> {
  const outcome = await resolveModel(source).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(kind);
  return outcome as E;
}

test("a repository comes into the standard cache: the files that a model needs, linked to blobs", async () => {
  const seen: DownloadProgress[] = [];
  const model = await resolveModel("someone/tiny", { onProgress: (progress) => seen.push({ ...progress }) });
  const snapshot = join(folder, "snapshots", COMMIT);
  expect(model).toEqual({ path: snapshot, name: "someone/tiny", format: "directory" });
  const names = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];
  expect(readdirSync(snapshot).sort()).toEqual(names);
  for (const name of names) {
    expect(new Uint8Array(readFileSync(join(snapshot, name)))).toEqual(contents(name));
    expect(readlinkSync(join(snapshot, name))).toBe(`../../blobs/${hashOf(tiny(), name)}`);
  }
  expect(readFileSync(join(folder, "refs", "main"), "utf8")).toBe(COMMIT);
  const total = names.reduce((sum, name) => sum + (tiny().files[name]?.length ?? 0), 0);
  expect(seen[0]).toEqual({ label: "someone/tiny", done: 0, total, unit: "bytes" });
  expect(seen.at(-1)).toEqual({ label: "someone/tiny", done: total, total, unit: "bytes" });
});

test("what is in the cache is taken without a request; a refresh asks for no contents", async () => {
  const { path } = await resolveModel("someone/tiny");
  hub.requests.length = 0;
  expect((await resolveModel("someone/tiny")).path).toBe(path);
  expect(hub.requests).toEqual([]);
  expect((await resolveModel("someone/tiny", { refresh: true })).path).toBe(path);
  expect(hub.requests.length).toBe(2);
  expect(hub.bodies).toEqual([]);
});

test("a download's size is told before any contents are asked for, without what is there; then there is none", async () => {
  const names = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];
  const bytes = names.reduce((sum, name) => sum + contents(name).length, 0);
  expect(await modelDownload("someone/tiny")).toEqual({
    source: "someone/tiny",
    bytes,
    host: new URL(hub.url).host,
  });
  expect(hub.bodies).toEqual([]);
  await resolveModel("someone/tiny");
  expect(await modelDownload("someone/tiny")).toBeNull();
  await rm(join(folder, "snapshots", COMMIT, "model.safetensors"));
  await rm(weightsBlob());
  expect((await modelDownload("someone/tiny"))?.bytes).toBe(300_000);
});

test("a model that is neither here nor to be had is said to be missing, whatever the reason", async () => {
  process.env.HF_ENDPOINT = "http://127.0.0.1:9";
  const unreachable = await modelDownload("someone/tiny").catch((error: unknown) => error);
  expect(unreachable).toBeInstanceOf(SetupError);
  expect(String(unreachable)).toContain("someone/tiny is not on this machine, and cannot be downloaded now");
  process.env.HF_HUB_OFFLINE = "1";
  const offline = await modelDownload("someone/tiny").catch((error: unknown) => error);
  expect(String(offline)).toContain("someone/tiny is not on this machine, and HF_HUB_OFFLINE is set");
});

test("two that want the same at once fetch it once", async () => {
  const both = await Promise.all([resolveModel("someone/tiny"), resolveModel("someone/tiny")]);
  expect(both[0]).toEqual(both[1]);
  expect(hub.bodies.filter(({ path }) => path.endsWith("model.safetensors")).map(({ host }) => host)).toEqual(
    ["hub", "cdn"],
  );
});

test("a new commit shares the blobs that did not change", async () => {
  await resolveModel("someone/tiny");
  hub.repositories.set("someone/tiny", {
    ...tinyRepository(),
    commit: OTHER,
    files: { ...tinyRepository().files, "config.json": bytesOf('{"model_type":"qwen2"}') },
  });
  const pinned = pinnedSource("someone/tiny");
  expect(pinned).toBe(`someone/tiny@${COMMIT}`);
  hub.requests.length = 0;
  const { path } = await resolveModel("someone/tiny", { refresh: true });
  expect(path).toBe(join(folder, "snapshots", OTHER));
  expect((await resolveModel(pinned)).path).toBe(join(folder, "snapshots", COMMIT));
  expect(pinnedSource(pinned)).toBe(pinned);
  for (const other of ["smollm2-135m", "someone/else", "./models/x"]) expect(pinnedSource(other)).toBe(other);
  expect(hub.bodies.map(({ path }) => path)).toEqual([`/someone/tiny/resolve/${OTHER}/config.json`]);
  expect(
    cachedModels().map(({ name, commit, revisions, complete }) => [name, commit, revisions, complete]),
  ).toEqual([
    ["someone/tiny", COMMIT, [], true],
    ["someone/tiny", OTHER, ["main"], true],
  ]);
});

test("a connection that is cut goes on where it ended, in one call and over two", async () => {
  hub.cuts.set("model.safetensors", 100_000);
  await resolveModel("someone/tiny");
  const ranges = () =>
    hub.bodies.filter(({ host }) => host === "cdn").map(({ path, range }) => [path.split("/").at(-1), range]);
  expect(ranges()).toEqual([
    ["tokenizer.json", null],
    ["model.safetensors", null],
    ["model.safetensors", "bytes=100000-"],
  ]);

  await rm(folder, { recursive: true });
  await mkdir(join(folder, "blobs"), { recursive: true });
  const half = contents("model.safetensors").slice(0, 150_000);
  await writeFile(`${weightsBlob()}.incomplete`, half);
  hub.requests.length = 0;
  const seen: number[] = [];
  await resolveModel("someone/tiny", { onProgress: ({ done }) => seen.push(done) });
  expect(seen[0]).toBe(150_000);
  expect(ranges().at(-1)).toEqual(["model.safetensors", "bytes=150000-"]);
  expect(new Uint8Array(readFileSync(weightsBlob()))).toEqual(contents("model.safetensors"));
  expect(existsSync(`${weightsBlob()}.incomplete`)).toBe(false);
});

test("a server without ranges sends everything again", async () => {
  hub.knowsRanges = false;
  hub.cuts.set("model.safetensors", 100_000);
  const seen: DownloadProgress[] = [];
  await resolveModel("someone/tiny", { onProgress: (progress) => seen.push({ ...progress }) });
  expect(new Uint8Array(readFileSync(weightsBlob()))).toEqual(contents("model.safetensors"));
  expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total as number);
});

test("revisions: a branch, a tag or a commit after @", async () => {
  hub.revisions.set("someone/tiny@refs/pr/1", COMMIT);
  const { path, name } = await resolveModel("someone/tiny@refs/pr/1");
  expect([path, name]).toEqual([join(folder, "snapshots", COMMIT), "someone/tiny@refs/pr/1"]);
  expect(readFileSync(join(folder, "refs", "refs", "pr", "1"), "utf8")).toBe(COMMIT);
  hub.requests.length = 0;
  expect((await resolveModel(`someone/tiny@${COMMIT}`)).path).toBe(path);
  expect(hub.requests).toEqual([]);
  expect((await failure(ModelLoadError, "someone/tiny@v9")).message).toContain(
    "The hub has no someone/tiny@v9",
  );
});

test("the token goes to the hub alone: from HF_TOKEN, or from the file of `hf auth login`", async () => {
  hub.repositories.set("someone/tiny", { ...tinyRepository(), gated: "hf_secret" });
  const withoutToken = await failure(ModelLoadError);
  expect(withoutToken.message).toContain("gated or private");
  expect(withoutToken.mend).toContain("HF_TOKEN");
  process.env.HF_TOKEN = "hf_wrong";
  const refused = await failure(ModelLoadError);
  expect(refused.message).toContain("refused someone/tiny to your token (HTTP 403)");
  expect(JSON.stringify([refused.message, refused.mend])).not.toContain("hf_wrong");

  delete process.env.HF_TOKEN;
  await writeFile(join(directory, "token"), "hf_secret\n");
  hub.requests.length = 0;
  await resolveModel("someone/tiny");
  const tokens = (host: string) =>
    new Set(hub.requests.filter((one) => one.host === host).map((one) => one.authorization));
  expect(tokens("hub")).toEqual(new Set(["Bearer hf_secret"]));
  expect(tokens("cdn")).toEqual(new Set([null]));
});

test("offline the cache alone is used", async () => {
  process.env.HF_HUB_OFFLINE = "1";
  const error = await failure(ModelLoadError);
  expect(error.message).toContain("someone/tiny is not in the Hugging Face cache");
  expect(hub.requests).toEqual([]);
  delete process.env.HF_HUB_OFFLINE;
  const { path } = await resolveModel("someone/tiny");
  process.env.HF_HUB_OFFLINE = "1";
  hub.requests.length = 0;
  expect((await resolveModel("someone/tiny", { refresh: true })).path).toBe(path);
  await rm(join(path, "model.safetensors"));
  expect((await failure(ModelLoadError)).message).toContain(
    "lacks model.safetensors in the Hugging Face cache",
  );
  expect(hub.requests).toEqual([]);
});

test("a file that comes damaged is thrown away and named", async () => {
  hub.damaged.add("model.safetensors");
  const error = await failure(SetupError);
  expect(error.message).toContain("model.safetensors of someone/tiny came damaged");
  expect(existsSync(`${weightsBlob()}.incomplete`)).toBe(false);
  hub.damaged.clear();
  await resolveModel("someone/tiny");
});

test("an unknown repository, a busy hub, and no hub at all", async () => {
  process.env.HF_TOKEN = "hf_any";
  expect((await failure(ModelLoadError, "someone/else")).message).toContain(
    "The hub has no someone/else (HTTP 404)",
  );
  hub.busy = [503];
  await resolveModel("someone/tiny");
  const { url } = hub;
  hub[Symbol.dispose]();
  const error = await failure(SetupError, "someone/third");
  expect(error.message).toContain(`${url} could not be reached for someone/third`);
});

test("shards come by their index; a repository without safetensors says what it has", async () => {
  const weight_map = { a: "model-00001-of-00002.safetensors", b: "model-00002-of-00002.safetensors" };
  const { "model.safetensors": weights, ...rest } = tinyRepository().files;
  hub.repositories.set("someone/tiny", {
    commit: COMMIT,
    large: Object.values(weight_map),
    files: {
      ...rest,
      "model.safetensors.index.json": bytesOf(JSON.stringify({ weight_map })),
      [weight_map.a]: bytesOf("first"),
      [weight_map.b]: bytesOf("second"),
      "consolidated.safetensors": bytesOf("not wanted"),
    },
  });
  const { path } = await resolveModel("someone/tiny");
  expect(
    readdirSync(path)
      .filter((file) => file.includes("safetensors"))
      .sort(),
  ).toEqual([weight_map.a, weight_map.b, "model.safetensors.index.json"].sort());
  hub.repositories.set("someone/pickles", { commit: COMMIT, large: [], files: rest });
  const error = await failure(ModelLoadError, "someone/pickles");
  expect(error.message).toBe("someone/pickles has no model.safetensors.");
  expect(error.mend).toContain("It holds pytorch_model.bin.");
  expect(weights?.length).toBe(300_000);
});

test.skipIf(process.platform !== "linux")("a full disk is said, and what has come stays", async () => {
  await mkdir(join(folder, "blobs"), { recursive: true });
  await symlink("/dev/full", `${weightsBlob()}.incomplete`);
  const error = await failure(SetupError);
  expect(error.message).toContain("is full");
  expect(error.mend).toContain("HF_HUB_CACHE");
  expect(existsSync(join(folder, "refs", "main"))).toBe(false);
});
