/**
 * What W&B's client needs of its server to begin, go on with and end a run: the run's rows as the server would have
 * them. Found by the client's own requests (0.31).
 */
export class WandbServer implements Disposable {
  /** Rows by number, as the client numbered them: `_step` and figures. */
  readonly rows: Record<string, number>[] = [];
  summary: Record<string, number> = {};
  /** Exit codes that the client ended with. */
  readonly exits: number[] = [];
  /** Ids of the runs that the client asked for. */
  readonly runs = new Set<string>();
  /** Every request's text with its headers. */
  readonly requests: string[] = [];
  private readonly server;

  constructor() {
    this.server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => this.answer(request),
    });
  }

  get address(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  [Symbol.dispose](): void {
    this.server.stop(true);
  }

  private async answer(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname;
    const body = await request.text();
    this.requests.push(`${path} ${body}`);
    if (path === "/graphql") return Response.json({ data: this.graphql(JSON.parse(body)) });
    if (path.endsWith("/file_stream")) this.stream(JSON.parse(body));
    return Response.json({ exitcode: null, limits: {} });
  }

  private graphql({ operationName, query, variables }: GraphqlRequest): unknown {
    const operation = operationName ?? /(?:query|mutation)\s+(\w+)/.exec(query)?.[1];
    const project = { id: "p", name: "proj", entity: { id: "e", name: "someone" } };
    switch (operation) {
      case "RunResumeStatus":
        this.runs.add(String(variables.name));
        return { model: { ...project, bucket: this.rows.length > 0 ? this.bucket(variables.name) : null } };
      case "UpsertBucket":
        return {
          upsertBucket: {
            bucket: { id: "b", name: variables.name, displayName: "first", config: "{}", project },
            inserted: this.rows.length === 0,
          },
        };
      case "CreateRunFiles":
        return {
          createRunFiles: {
            runID: "b",
            uploadHeaders: [],
            files: (variables.files as string[]).map((name) => ({ name, uploadUrl: `${this.address}/put` })),
          },
        };
      default:
        return {};
    }
  }

  private bucket(name: unknown): unknown {
    return {
      id: "b",
      name,
      summaryMetrics: JSON.stringify(this.summary),
      displayName: "first",
      logLineCount: 0,
      historyLineCount: this.rows.length,
      eventsLineCount: 0,
      historyTail: JSON.stringify([JSON.stringify(this.rows.at(-1))]),
      eventsTail: "[]",
      config: "{}",
      tags: [],
      notes: "",
      // Without it the client takes the run for one that never began.
      wandbConfig: JSON.stringify({ t: { "3": [1] } }),
    };
  }

  private stream({ files, exitcode }: StreamRequest): void {
    const history = files?.["wandb-history.jsonl"];
    history?.content.forEach((line, i) => {
      this.rows[history.offset + i] = JSON.parse(line.replaceAll(/\bNaN\b/g, "null"));
    });
    const summary = files?.["wandb-summary.json"]?.content.at(-1);
    if (summary !== undefined) this.summary = JSON.parse(summary.replaceAll(/\bNaN\b/g, "null"));
    if (typeof exitcode === "number") this.exits.push(exitcode);
  }
}

interface GraphqlRequest {
  operationName?: string;
  query: string;
  variables: Record<string, unknown>;
}

interface StreamRequest {
  files?: Record<string, { offset: number; content: string[] }>;
  exitcode?: number | null;
}
