import type { PythonValue } from "./literals.ts";

/**
 * Python's `a == b` for values that were made independently of each other: 1 == 1.0 == True, integers
 * against floats exactly, nan unequal to everything, sets and dicts without order, a list never a tuple.
 */
export function pythonEquals(a: PythonValue, b: PythonValue): boolean {
  return equals(a, b, false);
}

/** As `pythonEquals`, but nan equals nan: whether two runs of one program gave the same value. */
export function pythonSame(a: PythonValue, b: PythonValue): boolean {
  return equals(a, b, true);
}

function equals(a: PythonValue, b: PythonValue, nanEqual: boolean): boolean {
  if (a.type === "list" || a.type === "tuple") {
    if (b.type !== a.type || a.items.length !== b.items.length) return false;
    return a.items.every((item, i) => equals(item, b.items[i] as PythonValue, nanEqual));
  }
  if (a.type === "set" || a.type === "frozenset") {
    if ((b.type !== "set" && b.type !== "frozenset") || a.items.length !== b.items.length) return false;
    const keys = sortedKeys(a.items, nanEqual);
    const others = sortedKeys(b.items, nanEqual);
    return keys.every((key, i) => key === others[i]);
  }
  if (a.type === "dict") {
    if (b.type !== "dict" || a.entries.length !== b.entries.length) return false;
    const entries = sortedEntries(a.entries, nanEqual);
    const others = sortedEntries(b.entries, nanEqual);
    return entries.every(([key, value], i) => {
      const [otherKey, otherValue] = others[i] as [string, PythonValue];
      return key === otherKey && equals(value, otherValue, nanEqual);
    });
  }
  return hashKey(a, nanEqual) === hashKey(b, nanEqual);
}

// Keys are sorted and never looked up by hash: JavaScript's string hash has no secret, and a hostile value could be
// made of strings that collide. Sorting also keeps a forged set of one repeated item from passing for a larger one.

function sortedKeys(items: readonly PythonValue[], nanEqual: boolean): string[] {
  return items.map((item) => hashKey(item, nanEqual)).sort();
}

function sortedEntries(
  entries: readonly (readonly [PythonValue, PythonValue])[],
  nanEqual: boolean,
): (readonly [string, PythonValue])[] {
  return entries
    .map(([key, value]) => [hashKey(key, nanEqual), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** For each item, the place of the first one that equals it. */
export function firstEqual(items: readonly PythonValue[]): number[] {
  const keys = items.map((item) => hashKey(item));
  const first: number[] = [];
  const order = keys.map((_, i) => i);
  order.sort((i, j) => {
    const [a, b] = [keys[i] as string, keys[j] as string];
    return a < b ? -1 : a > b ? 1 : i - j;
  });
  let leader = order[0] ?? 0;
  for (const at of order) {
    if (keys[at] !== keys[leader]) leader = at;
    first[at] = leader;
  }
  return first;
}

/** False for lists, sets and dicts, and for tuples that hold one: Python refuses them as keys. */
export function isHashable(value: PythonValue): boolean {
  if (value.type === "list" || value.type === "set" || value.type === "dict") return false;
  return value.type !== "tuple" || value.items.every(isHashable);
}

let nans = 0;

/** Keys of containers, once computed: a value that is nested deep would otherwise be walked anew at every level. */
const known = { exact: new WeakMap<PythonValue, string>(), nanEqual: new WeakMap<PythonValue, string>() };
/** Longer keys of containers are stood for by their SHA-256, so that levels of nesting do not add up. */
const LONGEST_KEY = 256;

/**
 * A string that two values share exactly when Python's `==` holds between them, for everything but dicts and
 * lists (which `equals` walks). Each nan gets a key of its own, unless `nanEqual`.
 */
export function hashKey(value: PythonValue, nanEqual = false): string {
  if (!("items" in value)) return plainKey(value, nanEqual);
  const keys = nanEqual ? known.nanEqual : known.exact;
  const found = keys.get(value);
  if (found !== undefined) return found;
  const whole = plainKey(value, nanEqual);
  const key = whole.length <= LONGEST_KEY ? whole : `#${Bun.SHA256.hash(whole, "base64")}`;
  keys.set(value, key);
  return key;
}

function plainKey(value: PythonValue, nanEqual: boolean): string {
  switch (value.type) {
    case "None":
      return "N";
    case "bool":
      return value.value ? "n1" : "n0";
    case "int":
      // Sixteen and not ten: digits of a long integer are linear work then.
      return `n${value.value.toString(16)}`;
    case "float":
      return realKey(value.value, nanEqual);
    case "complex": {
      if (value.imaginary === 0) return realKey(value.real, nanEqual);
      return `c${realKey(value.real, nanEqual)},${realKey(value.imaginary, nanEqual)}`;
    }
    case "str":
      return `s${value.value.length}:${value.value}`;
    case "bytes":
      return `b${Buffer.from(value.value).toString("hex")}`;
    case "tuple":
    case "list":
      return `${value.type}(${value.items.map((item) => hashKey(item, nanEqual)).join(",")})`;
    case "set":
    case "frozenset":
      return `{${value.items
        .map((item) => hashKey(item, nanEqual))
        .sort()
        .join(",")}}`;
    case "dict":
      // Dicts are not hashable: no key of a set or dict ever comes here from a value that Python could build.
      return `dict${nans++}`;
  }
}

function realKey(x: number, nanEqual: boolean): string {
  if (Number.isNaN(x)) return nanEqual ? "nan" : `nan${nans++}`;
  return Number.isInteger(x) ? `n${BigInt(x).toString(16)}` : `n${x}`;
}
