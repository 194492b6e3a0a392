/** Names of so many columns at most: their beginnings, or their ends where only those tell them apart. */
export function shortNames(names: readonly string[], columns: number): string[] {
  const starts = names.map((name) => Bun.sliceAnsi(name, 0, columns));
  if (new Set(starts).size === names.length) return starts;
  const ends = names.map((name) => {
    const whole = Bun.stringWidth(name);
    return whole <= columns ? name : `…${Bun.sliceAnsi(name, whole - columns + 1, whole)}`;
  });
  return new Set(ends).size > new Set(starts).size ? ends : starts;
}
