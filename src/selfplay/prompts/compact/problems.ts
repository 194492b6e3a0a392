import { readProblem } from "../../problem.ts";
import type { Proposal } from "../../proposal.ts";
import { type Reading, rejected } from "../../rejection.ts";
import type { ProblemRequest, Prompt } from "../prompt.ts";

/** Problems shown at least, references and worked examples together, and worked examples at least. */
const SHOWN = 4;
const WORKED = 2;

const HEADING = "# Problem";
const ANSWER = "Answer:";

const EXAMPLES = [
  [
    "A baker sells 14 loaves in the morning and twice as many in the afternoon. Each loaf costs 3 coins. How many coins does the baker take in?",
    "126",
  ],
  [
    "A train travels 60 miles in one hour and then 45 miles in the next hour. How many miles does it travel in all?",
    "105",
  ],
  ["There are 24 eggs in a basket. A third of them break. How many eggs are whole?", "16"],
  [
    "Mia reads 8 pages a day. Her book has 120 pages and she has read 40. How many days does she still need?",
    "10",
  ],
  ["A shirt costs 20 dollars. The price goes down by a quarter. How many dollars does it cost now?", "15"],
  ["A rectangle is 7 cm wide and 5 cm high. How long is the way around it, in cm?", "24"],
] as const;

/** References, then worked examples, then the start of a new problem. */
export function proposeProblemPrompt({ references, random }: ProblemRequest): Prompt {
  const worked = random.sample(EXAMPLES, Math.max(WORKED, SHOWN - references.length));
  const problems = [
    ...references.map(({ program, outputs }) => [program, outputs[0] ?? ""] as const),
    ...worked,
  ];
  const shown = problems.map(([words, answer], i) => `${head(i + 1)}${words}\n${ANSWER} ${answer}\n\n`);
  return {
    text: `${shown.join("")}${head(problems.length + 1)}`,
    opening: "",
    stop: [`\n${HEADING}`, "\n\n\n"],
  };
}

/** Worked examples, always the same, then the problem as far as its answer. */
export function solveProblemPrompt(problem: string): Prompt {
  const worked = EXAMPLES.slice(0, WORKED).map(
    ([words, answer], i) => `${head(i + 1)}${words}\n${ANSWER} ${answer}\n\n`,
  );
  return {
    text: `${worked.join("")}${head(WORKED + 1)}${problem}\n${ANSWER}`,
    opening: "",
    stop: ["\n"],
  };
}

function head(number: number): string {
  return `${HEADING} ${number}\n`;
}

/** The words before the first line `Answer: ...`, and what that line says. */
export function readCompactProblem(text: string): Reading<Proposal> {
  const line = /^Answer:[ \t]*(.*)$/im.exec(text);
  if (!line && text.trim() !== "") return rejected("no-expected-answer", "no line `Answer: ...`");
  return readProblem(text.slice(0, line?.index ?? 0), line?.[1]);
}
