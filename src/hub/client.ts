import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AzrError, ModelLoadError, SetupError } from "../errors/index.ts";
import { hubHome } from "./cache.ts";
import { type HubRepository, repositoryLabel } from "./repository.ts";

/** A file of a repository at a commit. */
export interface HubFile {
  path: string;
  bytes: number;
  /** SHA-256 of the contents where git keeps them elsewhere (LFS), else git's own SHA-1 of the blob. */
  hash: string;
}

const REDIRECTS = [301, 302, 303, 307, 308];
const BUSY = [429, 500, 502, 503, 504];
const TRIES = 3;
/** Longest time without an answer, milliseconds. */
const PATIENCE_MS = 30_000;

/** No request goes out: `HF_HUB_OFFLINE`, as Hugging Face's own libraries read it. */
export function isOffline(): boolean {
  const { HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE } = process.env;
  return ["1", "ON", "YES", "TRUE"].includes((HF_HUB_OFFLINE || TRANSFORMERS_OFFLINE || "").toUpperCase());
}

/**
 * Reads repositories of the hub at `HF_ENDPOINT`, with the token of `HF_TOKEN` or of `hf auth login`. The token
 * goes to that host alone, whatever it redirects to. Throws ModelLoadError for what the hub refuses, SetupError
 * for a hub that cannot be reached.
 */
export class HubClient {
  readonly endpoint = (process.env.HF_ENDPOINT || "https://huggingface.co").replace(/\/+$/, "");
  private readonly token = savedToken();

  constructor(readonly repository: HubRepository) {}

  /** The commit that the revision stands for now. */
  async commit(): Promise<string> {
    const { datasetInfo, modelInfo } = await import("@huggingface/hub");
    const { name, revision } = this.repository;
    const request = { name, revision, additionalFields: ["sha" as const], ...this.#connection() };
    const info = this.#isData ? await datasetInfo(request) : await modelInfo(request);
    if (typeof info.sha === "string" && /^[0-9a-f]{7,64}$/.test(info.sha)) return info.sha;
    throw this.#confused(`it gave ${JSON.stringify(info.sha)} as the commit of ${revision}`);
  }

  /** Files at the top of the repository, or with `recursive` all of them. */
  async files(commit: string, { recursive = false } = {}): Promise<HubFile[]> {
    const { listFiles } = await import("@huggingface/hub");
    const files: HubFile[] = [];
    const { name } = this.repository;
    const repo = { type: this.repository.type ?? "model", name } as const;
    const request = { repo, revision: commit, recursive, ...this.#connection() };
    for await (const entry of listFiles(request)) {
      if (entry.type !== "file") continue;
      const hash = entry.lfs?.oid ?? entry.oid ?? "";
      if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hash)) {
        throw this.#confused(`it gave no hash for ${entry.path}`);
      }
      files.push({ path: entry.path, bytes: entry.lfs?.size ?? entry.size, hash });
    }
    return files;
  }

  /** The contents of a file from byte `from` to `to`: status 206, or 200 with everything where the server knows no ranges. */
  async open(
    commit: string,
    path: string,
    { from = 0, to }: { from?: number; to?: number } = {},
    signal?: AbortSignal,
  ) {
    // Ranges are of the file's own bytes, so it must come as it is.
    const headers = new Headers({ "accept-encoding": "identity" });
    if (from > 0 || to !== undefined) headers.set("range", `bytes=${from}-${to ?? ""}`);
    const file = path.split("/").map(encodeURIComponent).join("/");
    const place = `${this.#path}/resolve/${commit}/${file}`;
    return await this.#request(`${this.endpoint}/${place}`, { headers, ...(signal ? { signal } : {}) });
  }

  #connection() {
    const request = (input: string | URL | Request, init?: RequestInit) =>
      this.#request(input instanceof Request ? input.url : String(input), {
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...init,
      });
    return { hubUrl: this.endpoint, fetch: Object.assign(request, { preconnect: fetch.preconnect }) };
  }

  /** The answer, with redirects followed; tried again where the hub is busy. */
  async #request(address: string, init: RequestInit): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#follow(address, init);
      if (response.ok) return response;
      await response.body?.cancel();
      if (!BUSY.includes(response.status) || attempt === TRIES) throw this.#refusal(response.status);
      await Bun.sleep(500 * 2 ** attempt);
    }
  }

  async #follow(address: string, init: RequestInit): Promise<Response> {
    let url = new URL(address);
    for (let hop = 0; hop < 10; hop++) {
      const headers = new Headers(init.headers);
      headers.delete("authorization");
      if (this.token && url.origin === new URL(this.endpoint).origin) {
        headers.set("authorization", `Bearer ${this.token}`);
      }
      const response = await fetch(url, { ...init, headers, redirect: "manual" }).catch((cause) => {
        throw this.unreachable(cause);
      });
      const next = response.headers.get("location");
      if (!REDIRECTS.includes(response.status) || next === null) return response;
      await response.body?.cancel();
      url = new URL(next, url);
    }
    throw this.#confused("it redirects without end");
  }

  unreachable(cause: unknown): AzrError {
    if (cause instanceof AzrError) return cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new SetupError(`${this.endpoint} could not be reached for ${this.#label}: ${reason}`, {
      mend: "Check the network (and HTTPS_PROXY, HF_ENDPOINT), and run again: what has come is kept.",
      cause,
    });
  }

  get #isData(): boolean {
    return this.repository.type === "dataset";
  }

  /** Where the hub has the repository's page. */
  get #path(): string {
    return this.#isData ? `datasets/${this.repository.name}` : this.repository.name;
  }

  get #label(): string {
    return repositoryLabel(this.repository);
  }

  #refusal(status: number): AzrError {
    const page = `${this.endpoint}/${this.#path}`;
    const kind = this.#isData ? "data set" : "model";
    if (status === 401 || status === 403) {
      return this.token
        ? new ModelLoadError(`The hub refused ${this.#label} to your token (HTTP ${status}).`, {
            mend: `Accept the ${kind}'s terms at ${page}, and see that the token in HF_TOKEN may read it.`,
          })
        : new ModelLoadError(`${this.#label} is gated or private, or does not exist (HTTP ${status}).`, {
            mend: `Check the name (no local file or directory is called so); else accept the ${kind}'s terms at ${page} and set HF_TOKEN to a token that may read it.`,
          });
    }
    if (status === 404) {
      return new ModelLoadError(`The hub has no ${this.#label} (HTTP 404).`, {
        mend: `Check the name and the revision at ${page} (no local file or directory is called so); a private ${kind} needs HF_TOKEN.`,
      });
    }
    return new SetupError(`${this.endpoint} answered HTTP ${status} for ${this.#label}.`, {
      mend: status === 429 ? "Too many requests: wait a while, or set HF_TOKEN." : "Run again later.",
    });
  }

  #confused(reason: string): SetupError {
    return new SetupError(`${this.endpoint} does not answer as the hub does: ${reason}.`, {
      mend: "Check HF_ENDPOINT.",
    });
  }
}

function savedToken(): string | undefined {
  const { HF_TOKEN, HUGGING_FACE_HUB_TOKEN, HF_TOKEN_PATH } = process.env;
  const given = (HF_TOKEN || HUGGING_FACE_HUB_TOKEN || "").trim();
  if (given) return given;
  try {
    return readFileSync(HF_TOKEN_PATH || join(hubHome(), "token"), "utf8").trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
