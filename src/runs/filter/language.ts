/**
 * What a list can be filtered by: words and fields joined by spaces, such as
 * `type:abduction solve<0.5 step:10..20 -verdict:ok "a phrase"`. Each kind of record has its own fields.
 */
export interface FilterLanguage {
  fields: readonly FilterField[];
  /** SQL of the text that plain words are looked for in; trusted, like every SQL here. */
  text: string;
}

export interface FilterField {
  name: string;
  kind: FieldKind;
  /** SQL of the value; null where the record has none. */
  sql: string;
  /** What the field is, in a few words. */
  help: string;
  /** Of a `choice`: every value; of a `level`: from the lowest to the highest. */
  values?: readonly string[];
  /** Other words for values, such as those that a table shows -> the value. */
  otherWords?: Readonly<Record<string, string>>;
}

/**
 * `number`: compared, `none` where there is no value. `choice`: one of few values, of which the beginning is enough.
 * `level`: a choice that is ordered. `name`: begins with the value. `names`: a JSON list, one of which begins with
 * the value; `any` and `none`. `ids`: a JSON list of numbers that holds the value. `text`: contains the value.
 */
export type FieldKind = "number" | "choice" | "level" | "name" | "names" | "ids" | "text";

export const OPERATORS = [":", "=", "!=", "<=", ">=", "<", ">"] as const;
export type Operator = (typeof OPERATORS)[number];

/** One condition; a record passes when it meets all of them. */
export type Term = TextTerm | FieldTerm;

export interface TextTerm {
  negated: boolean;
  field: null;
  text: string;
}

export interface FieldTerm {
  negated: boolean;
  field: FilterField;
  test: Test;
}

export type Test =
  /** One of these values, as the field's kind means it; null stands for no value. */
  | { kind: "is"; values: readonly (string | number | null)[] }
  | { kind: "any" }
  | { kind: "compare"; operator: "<" | "<=" | ">" | ">="; value: number }
  | { kind: "between"; low: number; high: number };

/** What a field takes, for messages and the reference. */
export function allowed({ kind, values = [] }: FilterField): string {
  switch (kind) {
    case "number":
      return "a number (: = != < <= > >=), a range as 10..20, or none";
    case "ids":
      return "a number";
    case "choice":
      return values.join(", ");
    case "level":
      return `${values.join(", ")} (: = != < <= > >=)`;
    case "name":
      return "the beginning of a name, or none";
    case "names":
      return "the beginning of a name, any, or none";
    case "text":
      return 'a word, or "some words"';
  }
}
