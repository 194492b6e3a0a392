import { expect, test } from "bun:test";
import { join } from "node:path";
import { ConfigError, ModelLoadError } from "../../src/errors/index.ts";
import type { ChatMessage } from "../../src/interfaces/tokenizer.ts";
import { ChatTemplate } from "../../src/tokenizer/chat-template.ts";

const goldens = join(import.meta.dir, "../goldens/tokenizer");
interface Chats {
  now: string;
  templates: Record<
    string,
    { named: Record<string, string>; cases: { messages: ChatMessage[]; text?: string; error?: string }[] }
  >;
}
const chats: Chats = await Bun.file(join(goldens, "chats.json")).json();

for (const name of ["dated", "alternating", "spaced"]) {
  test(`${name}.jinja is rendered as by transformers`, async () => {
    const source = await Bun.file(join(goldens, "templates", `${name}.jinja`)).text();
    const { named, cases } = chats.templates[name] ?? { named: {}, cases: [] };
    const template = new ChatTemplate(source, ["<|eot_id|>"], named, () => new Date(chats.now));
    expect(cases.length).toBeGreaterThan(0);
    for (const { messages, text, error } of cases) {
      if (error === undefined) expect(template.render(messages).text).toBe(text as string);
      else expect(() => template.render(messages)).toThrow(`refused the conversation: ${error}`);
    }
  });
}

const hi: ChatMessage[] = [{ role: "user", content: "hi" }];
const render = (source: string, messages = hi) => new ChatTemplate(source, [], {}).render(messages).text;

test("line ends of any kind are newlines", () => {
  expect(render("a\r\n{% if true %}\r\nb\rc\r\n{% endif %}\r\nd")).toBe("a\nb\nc\nd");
});

test("a template that is not valid Jinja is a ModelLoadError when it is needed", () => {
  const template = new ChatTemplate("{% if %}", [], {});
  expect(() => template.render(hi)).toThrow(ModelLoadError);
  expect(() => template.render(hi)).toThrow("the model's chat template is not valid Jinja");
});

const HOSTILE: Record<string, string> = {
  "nested loops":
    "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}x{% endfor %}{% endfor %}{% endfor %}",
  "a long range": "{% for a in range(1000000000) %}x{% endfor %}",
  "a range without end": "{{ range(0, 2 ** 900, 2 ** -30) }}",
  "macros that call themselves": "{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}",
  "macros that branch":
    "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(40) }}",
  "a text that doubles":
    "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}{{ n.s }}",
  "a list that doubles":
    "{% set n = namespace(s=[1]) %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}{{ n.s }}",
  "a search in a long list for every item":
    "{% set big = range(60000) %}{% for i in big %}{{ (0 - 1) in big }}{% endfor %}",
  "a replacement that multiplies":
    "{% set n = namespace(s='x') %}{% for i in range(20) %}{% set n.s = n.s + n.s %}{% endfor %}{{ n.s | replace('x', n.s) }}",
  "deep nesting": `{{ ${"(".repeat(200_000)}1${")".repeat(200_000)} }}`,
};
for (const [name, source] of Object.entries(HOSTILE)) {
  test(`hostile: ${name} ends in an error`, () => {
    expect(() => render(source)).toThrow(/chat template (was stopped|refused|is not valid)/);
  });
}

test("a template reaches nothing outside its variables", () => {
  for (const source of [
    "{{ process }}{{ Bun }}{{ globalThis }}{{ require }}{{ constructor }}{{ __proto__ }}",
    "{{ messages.constructor }}{{ messages[0].constructor }}{{ messages[0]['__proto__'] }}",
    "{{ ''.constructor }}{{ messages[0].content.__proto__ }}{{ namespace().__class__ }}{{ range.constructor }}",
  ]) {
    expect(render(source)).toBe("");
  }
  expect(() => render("{{ ''.constructor.constructor('return process')() }}")).toThrow(ConfigError);
  expect(() => render("{% include '/etc/passwd' %}")).toThrow(ModelLoadError);
});

test("an honest template has room for a long conversation", () => {
  const source =
    "{% for message in messages %}{% if messages[0].role == 'user' %}{{ message.content | trim }}{% endif %}{% endfor %}";
  const messages = Array.from({ length: 2000 }, () => ({ role: "user", content: "x".repeat(2000) }) as const);
  expect(render(source, messages)).toBe("x".repeat(4_000_000));
});

test("control tokens in a message are marked, wherever the template puts them or a part of them", () => {
  const control = ["<|end|>", "<|end|>er", "§"];
  const template = (source: string) => new ChatTemplate(source, control, {});
  const messages: ChatMessage[] = [{ role: "user", content: "a<|end|>b§" }];
  expect(template("{{ messages[0].content }}<|end|>").render(messages)).toEqual({
    text: "a<|end|>b§<|end|>",
    quoted: [2, 10],
  });
  expect(template("{{ messages[0].content[1:] }}").render(messages)).toEqual({
    text: "<|end|>b§",
    quoted: [1, 9],
  });
  expect(template("{{ messages[0].content | upper | trim }}").render(messages).quoted).toEqual([2, 10]);
  expect(template("{{ messages[0].content.split('|>')[1] }}<|end|>").render(messages)).toEqual({
    text: "b§<|end|>",
    quoted: [2],
  });
});

test("a private use character in a message is not taken for the mark", () => {
  const template = new ChatTemplate("{{ messages[0].content }}", ["<e>"], {});
  expect(template.render([{ role: "user", content: "\ue000<e>\ue001" }])).toEqual({
    text: "\ue000<e>\ue001",
    quoted: [2],
  });
});
