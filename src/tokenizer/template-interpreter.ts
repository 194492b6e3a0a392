import { Environment, Interpreter, type Template } from "@huggingface/jinja";

type Value = ReturnType<Interpreter["evaluate"]>;
type Statement = Parameters<Interpreter["evaluate"]>[0];

/** A template went over its allowance. */
export class TemplateLimitError extends Error {}

const MOST_ITEMS = 1 << 16;
const MOST_CHARACTERS = 1 << 24;
const MOST_DEPTH = 1000;

/**
 * Carries out a chat template within an allowance of work: a template comes with a model's files and may loop
 * without end or double a text until memory is gone. It reaches nothing but its variables.
 */
class BoundedInterpreter extends Interpreter {
  #allowance: number;
  #depth = 0;

  constructor(environment: Environment, allowance: number) {
    super(environment);
    this.#allowance = allowance;
  }

  override evaluate(statement: Statement, environment: Environment): Value {
    if (this.#depth >= MOST_DEPTH) throw new TemplateLimitError("it calls itself too deep");
    this.#depth++;
    try {
      const value = super.evaluate(statement, environment);
      // What an operation costs is bounded by the size of what it works on, and all of that passes here.
      this.#allowance -= 1 + (sizeOf(value) >> 4);
      if (this.#allowance < 0) throw new TemplateLimitError("it does not come to an end");
      return value;
    } finally {
      // A template's `break` passes here as an exception.
      this.#depth--;
    }
  }
}

function sizeOf(value: Value): number {
  const content: unknown = value?.value;
  if (typeof content === "string") {
    if (content.length > MOST_CHARACTERS) throw new TemplateLimitError("its text grows without bound");
    return content.length;
  }
  if (Array.isArray(content)) {
    if (content.length > MOST_ITEMS) throw new TemplateLimitError("its lists grow without bound");
    return content.length;
  }
  return content instanceof Map ? content.size : 0;
}

/** `range` of a template, with an end. */
function range(first: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, first] : [first, stop];
  if (step === 0) throw new Error("range() arg 3 must not be zero");
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (!(length <= MOST_ITEMS)) throw new TemplateLimitError(`a range of ${length} items`);
  return Array.from({ length }, (_, index) => from + index * step);
}

/** The text of a parsed template, after at most `allowance` evaluations. Throws what the template raises. */
export function renderBounded(
  program: Template["parsed"],
  variables: Record<string, unknown>,
  allowance: number,
): string {
  const environment = new Environment();
  const globals = {
    true: true,
    false: false,
    none: null,
    True: true,
    False: false,
    None: null,
    range,
    raise_exception: (reason: unknown) => {
      throw new Error(String(reason));
    },
  };
  for (const [name, value] of Object.entries({ ...globals, ...variables })) environment.set(name, value);
  return String(new BoundedInterpreter(environment, allowance).run(program).value);
}
