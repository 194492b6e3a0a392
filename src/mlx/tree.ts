import { MxArray } from "./array.ts";

/** A value whose leaves are arrays: an array, or lists, plain objects and maps of such values. */
export type ArrayTree = MxArray | readonly ArrayTree[] | { readonly [name: string]: ArrayTree };

/**
 * Every array in a nested value, in order: lists by index, objects by their own keys, maps by insertion.
 * Instances of other classes are not looked into.
 */
export function arraysIn(value: unknown, found: MxArray[] = []): MxArray[] {
  if (value instanceof MxArray) found.push(value);
  else if (Array.isArray(value)) for (const item of value) arraysIn(item, found);
  else if (value instanceof Map || value instanceof Set)
    for (const item of value.values()) arraysIn(item, found);
  else if (isPlain(value)) for (const key of Object.keys(value)) arraysIn(value[key], found);
  return found;
}

/** The same tree with its leaves, in the order of `arraysIn`, replaced by the arrays of a list. */
export function withArrays<T>(tree: T, leaves: readonly MxArray[]): T {
  let next = 0;
  const rebuild = (value: unknown): unknown => {
    if (value instanceof MxArray) return leaves[next++];
    if (Array.isArray(value)) return value.map(rebuild);
    if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, rebuild(item)]));
    if (isPlain(value)) {
      return Object.fromEntries(Object.keys(value).map((key) => [key, rebuild(value[key])]));
    }
    return value;
  };
  const rebuilt = rebuild(tree) as T;
  if (next !== leaves.length) throw new RangeError(`the tree has ${next} arrays, and ${leaves.length} came`);
  return rebuilt;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
