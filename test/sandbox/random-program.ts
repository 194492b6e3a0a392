import type { RandomStream } from "../../src/random/stream.ts";

/** Source of one function f of random statements and expressions, valid Python that nobody runs. */
export function randomProgram(random: RandomStream): string {
  const name = () => random.pick(["a", "b", "total", "x", "y"]);
  const atom = (): string =>
    random.pick([name, () => String(random.integer(0, 20)), () => "'s'", () => `${name()}.real`])();
  const expression = (depth: number): string => {
    if (depth === 0) return atom();
    const inner = () => expression(depth - 1);
    return random.pick([
      () => `(${inner()} ${random.pick(["+", "-", "*", "//", "%", "**", "&"])} ${inner()})`,
      () => `(${inner()} ${random.pick(["and", "or"])} ${inner()} ${random.pick(["and", "or"])} ${inner()})`,
      () => `(${inner()} ${random.pick(["<", "==", "in", "is not"])} ${inner()} >= ${inner()})`,
      () => `(${random.pick(["-", "not ", "~"])}${inner()})`,
      () => `(${inner()} if ${inner()} else ${inner()})`,
      () => `[${inner()} for x in ${inner()} if ${inner()}]`,
      () => `{y: ${inner()} for y in ${inner()} for b in ${inner()} if ${inner()} if b}`,
      () => `len(${inner()})`,
      () => `(lambda x: ${inner()})(${inner()})`,
      () => `${name()}[${inner()}]`,
      () => `f'{${name()}}'`,
      atom,
    ])();
  };
  const statement = (depth: number, indent: string): string => {
    const e = () => expression(random.integer(0, 2));
    const block = () =>
      Array.from({ length: random.integer(1, 2) }, () => statement(depth - 1, `${indent}    `)).join("");
    const simple = [
      () => `${indent}${name()} = ${e()}\n`,
      () => `${indent}${name()} ${random.pick(["+", "-", "*"])}= ${e()}\n`,
      () => `${indent}assert ${e()}, ${e()}\n`,
      () => `${indent}return ${e()}\n`,
    ];
    const compound = [
      () => `${indent}if ${e()}:\n${block()}${indent}elif ${e()}:\n${block()}${indent}else:\n${block()}`,
      () => `${indent}for x in ${e()}:\n${block()}${random.pick(["", `${indent}else:\n${block()}`])}`,
      () => `${indent}while ${e()}:\n${block()}`,
      () => `${indent}with ${e()}:\n${block()}`,
      () =>
        `${indent}try:\n${block()}${indent}except KeyError:\n${block()}${indent}except ValueError as b:\n${block()}${indent}else:\n${block()}${indent}finally:\n${block()}`,
    ];
    return random.pick(depth > 0 ? [...simple, ...compound] : simple)();
  };
  const body = Array.from({ length: random.integer(1, 5) }, () => statement(2, "    ")).join("");
  return `def f(a, b=2):\n${body}    return a\n`;
}
