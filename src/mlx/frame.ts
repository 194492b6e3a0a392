/** What a scope holds on to. */
interface Owned {
  dispose(): void;
}

/**
 * The arrays of one scope. An array knows its frame, and a frame its arrays; both are updated in constant time,
 * since every operation of a forward pass goes through here.
 */
export class Frame {
  readonly owned = new Set<Owned>();

  constructor(readonly outer: Frame | undefined) {}
}

let current: Frame | undefined;

export function currentFrame(): Frame | undefined {
  return current;
}

export function openFrame(): Frame {
  current = new Frame(current);
  return current;
}

/** Frees what the frame still owns and makes the one around it current. */
export function closeFrame(frame: Frame): void {
  current = frame.outer;
  for (const owned of frame.owned) owned.dispose();
  frame.owned.clear();
}
