import { allowed, type FilterLanguage } from "./language.ts";

/** docs/reference/filters.md: how lists are filtered, and by which fields. */
export function filtersReference(lists: Readonly<Record<string, FilterLanguage>>): string {
  const sections = Object.entries(lists).map(([list, { fields }]) => {
    const rows = fields.map((field) => `| \`${field.name}\` | ${field.help} | ${allowed(field)} |`);
    return `## ${list}\n\n| field | what it is | takes |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return `${INTRODUCTION}\n${sections.join("\n")}`;
}

const INTRODUCTION = `# Filters

\`/\` on Tasks, Rollouts, its groups and the Log takes words and fields with spaces between them; a record is shown
when it meets all of them:

    type:abduction solve<0.5 step:10..20 -origin:seed "return total"

- A word, or a phrase in quotes, is looked for in the record's texts (programs with inputs, outputs and the hint;
  prompts and responses; messages). Letter case does not matter. \`\\"\` and \`\\\\\` are a quote and a backslash in quotes.
- \`field:value\` or \`field=value\`; several values with commas, of which one has to hold; \`field!=value\`.
- Numbers and levels are compared with \`<\`, \`<=\`, \`>\`, \`>=\`; numbers also lie in a range: \`step:10..20\`.
- Of a choice or a name its beginning is enough: \`type:abd\`, \`verdict:time\`. \`none\` is a missing value.
- \`-\` before a word or a field leaves out what meets it. A record without the value meets no comparison, and so is not
  left out by one.

Tab completes a field or a value. While a field is typed whose value is not right yet, what stands before it holds.
`;
