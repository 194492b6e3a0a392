/** The parts of blessed-contrib and its canvas that charts use; neither ships types. */
declare module "drawille-canvas-blessed-contrib" {
  export class Canvas {
    constructor(width: number, height: number);
    getContext(): {
      _canvas: { frame(): string };
      fillStyle: string;
      fillText(text: string, x: number, y: number): void;
    };
  }
}

declare module "blessed-contrib/lib/widget/charts/line" {
  const Line: { prototype: object };
  export default Line;
}
