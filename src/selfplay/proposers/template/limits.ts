/** How much a program of one difficulty may hold. */
export interface Limits {
  /** In 0..1. */
  difficulty: number;
  /** Operations on the value, one after the other or nested; a fraction is the chance of one more. */
  operations: number;
  /** Blocks (if, for, while) within each other. */
  nesting: number;
  /** Largest integer of an input. */
  magnitude: number;
  /** Most items of an input's list or words of its text. */
  length: number;
}

const MOST_OPERATIONS = 10;
const MOST_NESTING = 3;

/**
 * What a difficulty stands for: 0 gives the input back, 1 is ten operations in nested blocks. Which operations and
 * shapes there are rises too, by their own levels. Operations rise without steps, so that a curriculum can hold any
 * solve rate between two of their numbers.
 */
export function limitsOf(difficulty: number): Limits {
  return {
    difficulty,
    operations: MOST_OPERATIONS * difficulty,
    nesting: Math.floor(MOST_NESTING * difficulty + 1e-9),
    magnitude: 9 + Math.round(90 * difficulty),
    length: 3 + Math.round(5 * difficulty),
  };
}
