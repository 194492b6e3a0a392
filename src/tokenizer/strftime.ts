const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** Python's `date.strftime(format)` in local time and the C locale; an unknown directive is left as it is. */
export function strftime(date: Date, format: string): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const month = MONTHS[date.getMonth()] as string;
  const day = DAYS[date.getDay()] as string;
  const startOfYear = Date.UTC(date.getFullYear(), 0, 1);
  const dayOfYear =
    (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - startOfYear) / 86_400_000 + 1;
  const values: Record<string, string> = {
    Y: String(date.getFullYear()),
    y: two(date.getFullYear() % 100),
    m: two(date.getMonth() + 1),
    B: month,
    b: month.slice(0, 3),
    d: two(date.getDate()),
    e: String(date.getDate()).padStart(2),
    j: String(dayOfYear).padStart(3, "0"),
    A: day,
    a: day.slice(0, 3),
    w: String(date.getDay()),
    u: String(date.getDay() || 7),
    H: two(date.getHours()),
    I: two(date.getHours() % 12 || 12),
    p: date.getHours() < 12 ? "AM" : "PM",
    M: two(date.getMinutes()),
    S: two(date.getSeconds()),
    "%": "%",
  };
  values.F = `${values.Y}-${values.m}-${values.d}`;
  values.T = `${values.H}:${values.M}:${values.S}`;
  // `%-d` is glibc's: without the padding.
  return format.replace(/%(-?)([A-Za-z%])/g, (directive, bare: string, name: string) => {
    const value = values[name];
    if (value === undefined) return directive;
    return bare ? value.replace(/^[0 ]+(?=.)/, "") : value;
  });
}
