import {
  allowed,
  type FilterField,
  type FilterLanguage,
  type Operator,
  type Term,
  type Test,
} from "./language.ts";

/** What is wrong with a filter, in a sentence with what would be right; `start` is where, in characters. */
export interface FilterProblem {
  message: string;
  start: number;
}

export type ParsedFilter =
  | { terms: readonly Term[]; problem: null }
  | { terms: null; problem: FilterProblem };

/** Reads a filter. Words that begin with `-` are refused to records; a quote that is not closed ends with the text. */
export function parseFilter(text: string, language: FilterLanguage): ParsedFilter {
  const terms: Term[] = [];
  let conditions = 0;
  for (const token of filterTokens(text)) {
    conditions += token.values.length;
    if (conditions > MOST_CONDITIONS)
      return { terms: null, problem: { message: TOO_MANY, start: token.start } };
    const term = termOf(token, language);
    if (typeof term === "string") return { terms: null, problem: { message: term, start: token.start } };
    if (term) terms.push(term);
  }
  return { terms, problem: null };
}

/** SQLite takes some thousand in one expression; a pasted page has more. */
const MOST_CONDITIONS = 100;
const TOO_MANY = `A filter takes ${MOST_CONDITIONS} conditions; in quotes a text is looked for as a whole.`;

/** One condition as typed: `-`, then a field with its operator, then values; parts in quotes are taken as they are. */
export interface FilterToken {
  start: number;
  negated: boolean;
  /** Empty where the token is a plain word. */
  name: string;
  operator: Operator | "";
  values: readonly { text: string; quoted: boolean }[];
}

const FIELD = /^([A-Za-z]+(?:-[A-Za-z]+)*)(!=|:?[<>]=?|[:=])/;

/** The conditions of a filter in turn; no text is refused here. */
export function filterTokens(text: string): FilterToken[] {
  const tokens: FilterToken[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] as string)) {
      at += 1;
      continue;
    }
    const start = at;
    const negated = text[at] === "-";
    if (negated) at += 1;
    const head = FIELD.exec(text.slice(at));
    if (head) at += head[0].length;
    const [values, end] = valuesFrom(text, at, head !== null);
    at = end;
    tokens.push({
      start,
      negated,
      name: head?.[1]?.toLowerCase() ?? "",
      // `level:>=warning` is `level>=warning`.
      operator: (head?.[2] ?? "").replace(/^:(?=.)/, "") as Operator | "",
      values,
    });
  }
  return tokens;
}

/** Values up to the next space outside quotes; those of a field are parted by commas. The place after them. */
function valuesFrom(text: string, from: number, list: boolean): [FilterToken["values"], number] {
  const values = [{ text: "", quoted: false }];
  let inQuotes = false;
  let at = from;
  for (; at < text.length; at++) {
    const character = text[at] as string;
    const value = values.at(-1) as { text: string; quoted: boolean };
    if (inQuotes && character === "\\" && /["\\]/.test(text[at + 1] ?? "")) value.text += text[++at];
    else if (character === '"') {
      inQuotes = !inQuotes;
      value.quoted = true;
    } else if (!inQuotes && /\s/.test(character)) break;
    else if (!inQuotes && list && character === ",") values.push({ text: "", quoted: false });
    else value.text += character;
  }
  return [values, at];
}

/** Text as a filter's value: what is read back is this text. */
export function quotedValue(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** The condition; undefined where there is none yet, or a message. */
function termOf(token: FilterToken, { fields }: FilterLanguage): Term | string | undefined {
  const { negated, name, operator, values } = token;
  if (operator === "") {
    const text = values[0]?.text ?? "";
    return text === "" ? undefined : { negated, field: null, text };
  }
  const field = fields.find((one) => one.name === name);
  if (!field) {
    const names = fields.map((one) => one.name).join(", ");
    return `There is no field ${name} (quote it to look for the text). Fields: ${names}.`;
  }
  const test = testOf(field, operator, values);
  if (typeof test === "string") return test;
  return { negated: operator === "!=" ? !negated : negated, field, test };
}

type Values = FilterToken["values"];

function testOf(field: FilterField, operator: Operator, values: Values): Test | string {
  const takes = `${field.name} takes ${allowed(field)}.`;
  if (values.some(({ text, quoted }) => text === "" && !quoted)) return takes;
  const compares = operator !== ":" && operator !== "=" && operator !== "!=";
  if (compares && field.kind !== "number" && field.kind !== "level") return takes;
  switch (field.kind) {
    case "number":
      return numberTest(operator, values) ?? takes;
    case "ids": {
      const numbers = values.map(({ text }) => numberOf(text));
      return numbers.includes(undefined) ? takes : { kind: "is", values: numbers as number[] };
    }
    case "choice":
    case "level":
      return choiceTest(field, operator, values) ?? takes;
    case "names":
      if (values.some(({ text, quoted }) => !quoted && text === "any")) return { kind: "any" };
      return { kind: "is", values: values.map(nameOf) };
    case "name":
      return { kind: "is", values: values.map(nameOf) };
    case "text":
      return { kind: "is", values: values.map(({ text }) => text) };
  }
}

const nameOf = ({ text, quoted }: Values[number]): string | null =>
  !quoted && text === "none" ? null : text;

function numberTest(operator: Operator, values: Values): Test | undefined {
  const [first] = values;
  if (operator === ":" || operator === "=" || operator === "!=") {
    const range = values.length === 1 ? /^(.+?)\.\.(.+)$/.exec(first?.text ?? "") : null;
    if (range) {
      const [low, high] = [numberOf(range[1]), numberOf(range[2])];
      return low === undefined || high === undefined ? undefined : { kind: "between", low, high };
    }
    const numbers = values.map(({ text }) => (text === "none" ? null : numberOf(text)));
    return numbers.includes(undefined) ? undefined : { kind: "is", values: numbers as (number | null)[] };
  }
  const value = numberOf(first?.text);
  return value === undefined || values.length > 1 ? undefined : { kind: "compare", operator, value };
}

function numberOf(text = ""): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
    ? Number(text)
    : undefined;
}

/** A value by its beginning stands for all that begin so; a whole one for itself alone, as another word for it does. */
function choiceTest(field: FilterField, operator: Operator, values: Values): Test | undefined {
  const { values: all = [], otherWords = {} } = field;
  const meant = values.map(({ text }) => {
    const typed = text.toLowerCase();
    if (typed === "none") return [null];
    const value = Object.entries(otherWords).find(([word]) => word === typed)?.[1];
    if (value !== undefined) return [value];
    return all.includes(typed) ? [typed] : typed === "" ? [] : all.filter((one) => one.startsWith(typed));
  });
  if (meant.some((some) => some.length === 0)) return undefined;
  if (operator === ":" || operator === "=" || operator === "!=") return { kind: "is", values: meant.flat() };
  const only = meant.length === 1 && meant[0]?.length === 1 ? meant[0][0] : undefined;
  if (typeof only !== "string") return undefined;
  const rank = all.indexOf(only);
  const passes: Record<string, (other: number) => boolean> = {
    "<": (other) => other < rank,
    "<=": (other) => other <= rank,
    ">": (other) => other > rank,
    ">=": (other) => other >= rank,
  };
  return { kind: "is", values: all.filter((_, other) => passes[operator]?.(other)) };
}
