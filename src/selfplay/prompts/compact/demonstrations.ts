import type { TaskType } from "../../../interfaces/role.ts";
import { ERROR_EXAMPLES, type ErrorExample } from "./error-examples.ts";
import type { Thinking } from "./strategies.ts";
import { WORKED_EXAMPLES, type WorkedExample } from "./worked-examples.ts";

/** A worked example with the work that leads to the answer of its first call. */
export interface Demonstration {
  example: WorkedExample;
  /** Whether its function takes two arguments. */
  two: boolean;
  work: Record<Thinking, readonly string[]>;
}

const { addFive, exclaim, product, rotate, wordLengths } = WORKED_EXAMPLES;

function ofError({ program, input, error }: ErrorExample, work: Demonstration["work"]): Demonstration {
  return { example: { program, message: "", calls: [[input, error]] }, two: false, work };
}

function ofProblem(words: string, answer: string, work: Demonstration["work"]): Demonstration {
  return { example: { program: words, message: "", calls: [["", answer]] }, two: false, work };
}

/** The checks among them are executed by a test. */
export const DEMONSTRATIONS: Record<TaskType, readonly Demonstration[]> = {
  deduction: [
    {
      example: product,
      two: true,
      work: {
        "step-by-step": ["a = 3, b = 4", "a * b = 3 * 4 = 12"],
        "test-driven": ["assert isinstance(answer, int)", "assert answer % 3 == 0"],
        "chain-of-thought": ["f multiplies its two numbers. They are 3 and 4, so it gives 12."],
      },
    },
    {
      example: wordLengths,
      two: false,
      work: {
        "step-by-step": [
          "words = ['the', 'quick', 'brown', 'fox']",
          "[len(w) for w in words] = [3, 5, 5, 3]",
        ],
        "test-driven": [
          "assert isinstance(answer, list)",
          "assert len(answer) == 4",
          "assert answer[0] == 3",
        ],
        "chain-of-thought": ["f gives the length of each word. The words have 3, 5, 5 and 3 letters."],
      },
    },
  ],
  abduction: [
    {
      example: addFive,
      two: false,
      work: {
        "step-by-step": ["the output is n + 5 = 15", "n = 15 - 5 = 10"],
        "test-driven": ["assert f(10) == 15"],
        "chain-of-thought": ["f adds 5. What becomes 15 when 5 is added is 10."],
      },
    },
    {
      example: exclaim,
      two: false,
      work: {
        "step-by-step": ["the output is s + '!' = 'hi!'", "s = 'hi'"],
        "test-driven": ["assert f('hi') == 'hi!'"],
        "chain-of-thought": ["f puts a mark behind the text. Without its mark 'hi!' is 'hi'."],
      },
    },
    {
      example: product,
      two: true,
      work: {
        "step-by-step": ["the output is a * b = 12", "a = 3, b = 12 / 3 = 4"],
        "test-driven": ["assert f(3, 4) == 12"],
        "chain-of-thought": ["f multiplies its two numbers. 3 and 4 give 12."],
      },
    },
    {
      example: rotate,
      two: true,
      work: {
        "step-by-step": [
          "the output is items[k:] + items[:k] = [4, 1, 5, 3, 1]",
          "with k = 2 its last two come first: items = [3, 1, 4, 1, 5]",
        ],
        "test-driven": ["assert f([3, 1, 4, 1, 5], 2) == [4, 1, 5, 3, 1]"],
        "chain-of-thought": ["f turns the list by k places. Turned back by 2, the list is [3, 1, 4, 1, 5]."],
      },
    },
  ],
  induction: [
    {
      example: exclaim,
      two: false,
      work: {
        "step-by-step": ["'hi' -> 'hi!': one character more", "'' -> '!': the new character is always '!'"],
        "test-driven": ["assert f('hi') == 'hi!'", "assert f('ab') == 'ab!'"],
        "chain-of-thought": ["Each output is the input with a mark behind it, so f adds the mark."],
      },
    },
    {
      example: wordLengths,
      two: false,
      work: {
        "step-by-step": ["the words are split at spaces", "each word becomes its length"],
        "test-driven": ["assert f('hello') == [5]", "assert f('a bb') == [1, 2]"],
        "chain-of-thought": ["There is a number for each word, and it is the number of its letters."],
      },
    },
    {
      example: product,
      two: true,
      work: {
        "step-by-step": ["3, 4 -> 12 = 3 * 4", "7, 0 -> 0 = 7 * 0"],
        "test-driven": ["assert f(3, 4) == 12", "assert f(2, 2) == 4"],
        "chain-of-thought": ["Each output is the first number times the second."],
      },
    },
    {
      example: rotate,
      two: true,
      work: {
        "step-by-step": ["the first k items go to the end", "what is left comes first"],
        "test-driven": ["assert f([1, 2, 3], 1) == [2, 3, 1]", "assert f([1, 2], 0) == [1, 2]"],
        "chain-of-thought": ["The list is turned to the left by as many places as the second argument says."],
      },
    },
  ],
  "error-deduction": [
    ofError(ERROR_EXAMPLES[0] as ErrorExample, {
      "step-by-step": ["a = 7, b = 0", "a // b = 7 // 0 divides by zero"],
      "test-driven": ["an error is right if a line raises it: 7 // 0 raises ZeroDivisionError"],
      "chain-of-thought": ["f divides its first number by the second, which is 0. That is an error."],
    }),
    ofError(ERROR_EXAMPLES[2] as ErrorExample, {
      "step-by-step": ["sorted(words) = ['fig', 'pear']", "its item 0 is 'fig', which is returned"],
      "test-driven": ["no error is right if every line runs: the list has two words, so item 0 is there"],
      "chain-of-thought": ["f gives the first word in order. There are two words, so nothing goes wrong."],
    }),
  ],
  mathematics: [
    ofProblem("Sam buys 3 boxes of 12 pencils and gives away 10. How many pencils does he have left?", "26", {
      "step-by-step": ["3 * 12 = 36 pencils", "36 - 10 = 26 are left"],
      "test-driven": ["a right answer plus 10 is 3 * 12 = 36: 26 + 10 = 36 holds"],
      "chain-of-thought": ["The boxes hold 36 pencils together. Without the 10 that he gives away it is 26."],
    }),
    ofProblem("A car goes 150 miles in 3 hours. How many miles does it go in 5 hours at this speed?", "250", {
      "step-by-step": ["150 / 3 = 50 miles an hour", "50 * 5 = 250 miles"],
      "test-driven": ["a right answer over 5 is 150 / 3 = 50: 250 / 5 = 50 holds"],
      "chain-of-thought": ["It goes 50 miles an hour. In 5 hours that is 250."],
    }),
  ],
};
