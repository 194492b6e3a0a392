import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a `bun test` process did: `failures` name file and test. */
export interface Outcome {
  tests: number;
  skipped: number;
  failures: string[];
}

let count = 0;

/** Where a `bun test` process writes its junit report, and what it says. */
export class JunitReport {
  readonly path = join(tmpdir(), `azr-junit-${process.pid}-${count++}.xml`);

  get options(): string[] {
    return ["--reporter=junit", `--reporter-outfile=${this.path}`];
  }

  /** Reads and removes the report; no tests and no failures when the process died before it was written. */
  async take(): Promise<Outcome> {
    const file = Bun.file(this.path);
    if (!(await file.exists())) return { tests: 0, skipped: 0, failures: [] };
    const text = await file.text();
    await file.delete();
    return parseJunit(text);
  }
}

export function parseJunit(text: string): Outcome {
  const head = /<testsuites [^>]*>/.exec(text)?.[0] ?? "";
  const cases = [...text.matchAll(/<testcase ([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g)];
  const failures = cases
    .filter(([, , , body = ""]) => body.includes("<failure") || body.includes("<error"))
    .map(([, attributes = ""]) => `${attribute(attributes, "file")}: ${attribute(attributes, "name")}`);
  return { tests: Number(attribute(head, "tests")), skipped: Number(attribute(head, "skipped")), failures };
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
  return value.replace(/&(quot|apos|lt|gt|amp);/g, (_, entity: string) => ENTITIES[entity] ?? "");
}

const ENTITIES: Record<string, string> = { quot: '"', apos: "'", lt: "<", gt: ">", amp: "&" };
