import { createHash } from "node:crypto";

export interface SeenRequest {
  /** `hub`, or `cdn`: the host that large files are redirected to. */
  host: "hub" | "cdn";
  path: string;
  range: string | null;
  authorization: string | null;
}

/** What a repository answers with; files in `large` are kept as git LFS keeps them. */
export interface FakeRepository {
  commit: string;
  files: Record<string, Uint8Array<ArrayBuffer>>;
  large: readonly string[];
  /** Token that it asks for. */
  gated?: string;
}

const sha = (algorithm: string, ...parts: (string | Uint8Array)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash(algorithm)).digest("hex");

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Hash by which the hub names a file: that of git LFS, or of git itself. */
export function hashOf(repository: FakeRepository, path: string): string {
  const data = repository.files[path] ?? new Uint8Array();
  return repository.large.includes(path) ? sha("sha256", data) : sha("sha1", `blob ${data.length}\0`, data);
}

/**
 * A small server that answers as the Hugging Face hub does, for what models are fetched with: a revision's commit,
 * the list of files, and contents, which for large files come by a redirect to another host.
 */
export class FakeHub implements Disposable {
  readonly repositories = new Map<string, FakeRepository>();
  /** Revision of a repository -> commit; `main` is the commit itself. */
  readonly revisions = new Map<string, string>();
  readonly requests: SeenRequest[] = [];
  /** A file ends after this many bytes, once. */
  readonly cuts = new Map<string, number>();
  /** Files that come with a byte changed. */
  readonly damaged = new Set<string>();
  /** Answers to give before any other, as status codes. */
  busy: number[] = [];
  /** Answer a range with the whole file. */
  knowsRanges = true;

  readonly #hub = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => this.#serve(request, "hub"),
  });
  readonly #cdn = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => this.#serve(request, "cdn"),
  });

  get url(): string {
    return `http://127.0.0.1:${this.#hub.port}`;
  }

  /** Requests for contents of files. */
  get bodies(): SeenRequest[] {
    return this.requests.filter(({ host, path }) => host === "cdn" || path.includes("/resolve/"));
  }

  [Symbol.dispose](): void {
    this.#hub.stop(true);
    this.#cdn.stop(true);
  }

  #serve(request: Request, host: "hub" | "cdn"): Response {
    const path = decodeURIComponent(new URL(request.url).pathname);
    const { headers } = request;
    const authorization = headers.get("authorization");
    this.requests.push({ host, path, range: headers.get("range"), authorization });
    const status = this.busy.shift();
    if (status) return new Response("busy", { status });
    const found =
      /^(?:\/api\/models|\/api\/datasets|\/datasets)?\/([^/]+\/[^/]+)\/(revision|tree|resolve)\/(.+)$/.exec(
        path,
      );
    const [, name = "", kind = "", rest = ""] = found ?? [];
    const repository = this.repositories.get(name);
    if (!repository) return problem(authorization ? 404 : 401, "RepoNotFound");
    if (host === "hub" && repository.gated && authorization !== `Bearer ${repository.gated}`) {
      return problem(authorization ? 403 : 401, "GatedRepo");
    }
    const commit = (revision: string) =>
      revision === "main" || revision === repository.commit
        ? repository.commit
        : this.revisions.get(`${name}@${revision}`);
    if (kind === "revision") {
      const sha = commit(rest);
      return sha
        ? Response.json({ _id: "1", id: name, sha, lastModified: "2026-01-01T00:00:00.000Z" })
        : problem(404, "RevisionNotFound");
    }
    if (kind === "tree")
      return Response.json(Object.keys(repository.files).map((file) => entry(repository, file)));
    const [, file = ""] = /^[^/]+\/(.+)$/.exec(rest) ?? [];
    const data = repository.files[file];
    if (!data) return problem(404, "EntryNotFound");
    if (host === "hub" && repository.large.includes(file)) {
      const location = `http://127.0.0.1:${this.#cdn.port}${new URL(request.url).pathname}`;
      const linked = {
        "x-linked-etag": `"${hashOf(repository, file)}"`,
        "x-linked-size": String(data.length),
      };
      return new Response(null, { status: 302, headers: { location, ...linked } });
    }
    return this.#contents(file, data, headers.get("range"));
  }

  #contents(file: string, data: Uint8Array<ArrayBuffer>, range: string | null): Response {
    const [, first, last] = (this.knowsRanges && /^bytes=(\d+)-(\d*)$/.exec(range ?? "")) || [];
    const from = Number(first ?? 0);
    const part = data.slice(from, last ? Number(last) + 1 : data.length);
    if (this.damaged.has(file)) part[part.length - 1] = (part.at(-1) ?? 0) ^ 1;
    const head = first === undefined ? { status: 200 } : { status: 206 };
    const cut = this.cuts.get(file);
    if (cut === undefined) return new Response(part, head);
    this.cuts.delete(file);
    const ends = new ReadableStream({
      pull(controller) {
        controller.enqueue(part.slice(0, cut));
        controller.close();
      },
    });
    return new Response(ends, head);
  }
}

function entry(repository: FakeRepository, path: string) {
  const size = repository.files[path]?.length ?? 0;
  const oid = hashOf(repository, path);
  const isLarge = repository.large.includes(path);
  return { type: "file", path, size, oid, ...(isLarge ? { lfs: { oid, size, pointerSize: 134 } } : {}) };
}

function problem(status: number, code: string): Response {
  return Response.json({ error: code }, { status, headers: { "x-error-code": code } });
}
