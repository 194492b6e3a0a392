/** A whole number from `least` on. Throws RangeError naming the option. */
export function wholeNumber(option: string, text: string, least = 0): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < least)
    throw new RangeError(`--${option} takes whole numbers from ${least} on, not "${text}"`);
  return value;
}
