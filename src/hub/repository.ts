import { ConfigError } from "../errors/index.ts";

/** A repository of the Hugging Face hub at one of its revisions. */
export interface HubRepository {
  /** `owner/name`. */
  name: string;
  /** A branch, a tag, or a commit: `main` where none is named. */
  revision: string;
  /** `model` when absent. */
  type?: "model" | "dataset";
}

const NAME = /^[\w-]+(\.[\w-]+)*\/[\w-]+(\.[\w-]+)*$/;
const REVISION = /^[\w-]+(\.[\w-]+)*(\/[\w-]+(\.[\w-]+)*)*$/;

/** GPT-2's repositories by the names that they had before repositories had owners, as older projects write them. */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ["distilgpt2", "distilbert/distilgpt2"],
  ...["gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl"].map(
    (name) => [name, `openai-community/${name}`] as const,
  ),
]);

/** `owner/name` or `owner/name@revision`, or an old name of GPT-2; undefined for what is spelled otherwise. */
export function parseRepository(source: string): HubRepository | undefined {
  const at = source.indexOf("@");
  const [spelled, revision] = at < 0 ? [source, "main"] : [source.slice(0, at), source.slice(at + 1)];
  const name = OLD_NAMES.get(spelled) ?? spelled;
  return NAME.test(name) && REVISION.test(revision) ? { name, revision } : undefined;
}

/** `owner/name`, and `@revision` where it is not `main`. */
export function repositoryLabel({ name, revision }: HubRepository): string {
  return revision === "main" ? name : `${name}@${revision}`;
}

/** The source with its revision set by an option of its own. Throws ConfigError where the two do not go together. */
export function atRevision(source: string, revision: string | undefined): string {
  if (revision === undefined) return source;
  if (source.includes("@")) {
    throw new ConfigError(`${source} names a revision already, and --revision is ${revision}.`, {
      mend: "Give one of the two.",
    });
  }
  if (!parseRepository(`${source}@${revision}`)) {
    throw new ConfigError(`--revision goes with a Hugging Face repo id; "${source}" is none.`, {
      mend: "Write owner/name, and a branch, a tag or a commit as the revision.",
    });
  }
  return `${source}@${revision}`;
}
