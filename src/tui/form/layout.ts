import type { Area } from "../home/layout.ts";

/** Where the parts of the form go, under a line of sections and over two lines of estimates. */
export interface FormLayout {
  list: Area;
  help: Area;
  /** The help stands beside the list; else below it. */
  beside: boolean;
}

const BESIDE_FROM = 100;

export function formLayout(width: number, height: number): FormLayout {
  const body = height - 3;
  if (width >= BESIDE_FROM) {
    const list = Math.floor(width * 0.6);
    return {
      list: { width: list, height: body },
      help: { width: width - list, height: body },
      beside: true,
    };
  }
  const help = Math.max(6, Math.min(10, Math.floor(body * 0.42)));
  return { list: { width, height: body - help }, help: { width, height: help }, beside: false };
}
