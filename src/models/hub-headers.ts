import { ModelLoadError } from "../errors/index.ts";
import { HubClient } from "../hub/client.ts";
import { type HubRepository, repositoryLabel } from "../hub/repository.ts";
import {
  parseSafetensorsHeader,
  type SafetensorsHeader,
  safetensorsHeaderLength,
} from "../mlx/safetensors-header.ts";
import { INDEX_FILE, parseWeightIndex, SINGLE_FILE } from "./model-files.ts";
import { directoryHeaders, type ModelHeaders } from "./model-headers.ts";

/**
 * As `readHeaders`, of a repository of the hub: config.json and the first bytes of its weight files are asked for,
 * and nothing is kept. Throws ModelLoadError for what the hub refuses or lacks, SetupError for the network.
 */
export async function readHubHeaders(repository: HubRepository): Promise<ModelHeaders> {
  const client = new HubClient(repository);
  const commit = await client.commit();
  const files = new Map((await client.files(commit)).map((file) => [file.path, file]));
  const label = repositoryLabel(repository);
  const text = async (path: string) => await (await client.open(commit, path)).text();
  const weights = files.has(INDEX_FILE)
    ? [...new Set(parseWeightIndex(await text(INDEX_FILE), `${label}/${INDEX_FILE}`).values())]
    : [SINGLE_FILE];
  for (const path of ["config.json", ...weights]) {
    if (!files.has(path)) {
      throw new ModelLoadError(`${label} has no ${path}.`, {
        mend: "Name a repository that holds a model's config.json and .safetensors files.",
      });
    }
  }
  const sizes = weights.map((path) => files.get(path)?.bytes ?? 0);
  const headers = await Promise.all(
    weights.map((path, i) => fileHeader(client, commit, path, sizes[i] as number)),
  );
  const json = parseConfig(await text("config.json"), label);
  return directoryHeaders(
    json,
    headers,
    sizes.reduce((a, b) => a + b, 0),
    `${label}/config.json`,
  );
}

async function fileHeader(
  client: HubClient,
  commit: string,
  path: string,
  size: number,
): Promise<SafetensorsHeader> {
  const label = `${client.repository.name}/${path}`;
  const read = async (from: number, length: number) => {
    const response = await client.open(commit, path, { from, to: from + length - 1 });
    const bytes = new Uint8Array(await response.arrayBuffer());
    // A server that knows no ranges sends everything from the start.
    return response.status === 206 ? bytes : bytes.subarray(from, from + length);
  };
  const length = safetensorsHeaderLength(await read(0, 8), size, label);
  return parseSafetensorsHeader(await read(8, length), size, label);
}

function parseConfig(text: string, label: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null && !Array.isArray(json))
      return json as Record<string, unknown>;
  } catch (cause) {
    throw new ModelLoadError(`${label}/config.json is not JSON.`, { cause });
  }
  throw new ModelLoadError(`${label}/config.json is not a JSON object.`);
}
