/** The parts of blessed-contrib and its canvas that charts use; neither ships types. */
declare module "drawille-canvas-blessed-contrib" {
  export interface Context {
    readonly _canvas: {
      /** Dots as bits of braille characters, and codes of their colours, by cells, row after row. */
      readonly content: Uint8Array;
      readonly colors: readonly (string | null | undefined)[];
    };
    clearRect(x: number, y: number, width: number, height: number): void;
    fillText(text: string, x: number, y: number): void;
    moveTo(x: number, y: number): void;
    lineTo(x: number, y: number): void;
  }
  export class Canvas {
    constructor(width: number, height: number);
    getContext(): Context;
  }
}

declare module "blessed-contrib/lib/widget/charts/line" {
  const Line: { prototype: object };
  export default Line;
}
