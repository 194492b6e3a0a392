import * as v from "valibot";

/** What the sections' fields are made of. Every field carries its help. */
export const help = v.description;
export const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
export const belowOne = v.pipe(v.number(), v.minValue(0), v.ltValue(1));
export const positive = v.pipe(v.number(), v.gtValue(0));
export const count = v.pipe(v.number(), v.integer(), v.minValue(1));
export const countOrZero = v.pipe(v.number(), v.integer(), v.minValue(0));
