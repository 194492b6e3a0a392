import { InvalidArgumentError } from "commander";
import { isTemperature, LEAST_TEMPERATURE } from "../interfaces/generator.ts";

/** Parsers of option values; what they refuse is a command line error that names the option. */

/** What timers and 32-bit counters take. */
const MOST = 2 ** 31 - 1;

export const wholeNumber = wholeNumberFrom(1, MOST);

/** A parser of whole numbers in a range, both ends included. */
export function wholeNumberFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
    return value;
  };
}

export function wholeNumberOrZero(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError("expected a whole number, 0 or above");
  return value;
}

export function temperature(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !isTemperature(value))
    throw new InvalidArgumentError(`expected a number, 0 (greedy) or at least ${LEAST_TEMPERATURE}`);
  return value;
}

export function probability(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError("expected a number above 0 and at most 1");
  return value;
}

export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError("expected a number from 0 to 1");
  return value;
}

export function factor(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY))
    throw new InvalidArgumentError("expected a number above 0");
  return value;
}

/** `1,10,100`. */
export function wholeNumbers(text: string): number[] {
  return text.split(",").map(wholeNumber);
}
