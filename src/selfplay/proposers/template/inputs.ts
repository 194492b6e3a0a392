import type { RandomStream } from "../../../random/stream.ts";
import type { Limits } from "./limits.ts";
import type { Shape } from "./shape.ts";

const WORDS =
  "amber bee cedar dune ember fern gate hazel iris jade kelp lake maple nest oak pearl quill reed stone tide".split(
    " ",
  );

/** A Python literal of a shape, as large as the limits say. */
export function drawInput(shape: Shape, limits: Limits, random: RandomStream): string {
  const list = (item: () => string) => Array.from({ length: random.integer(2, limits.length) }, item);
  const integer = () => String(random.integer(signed(limits), limits.magnitude));
  const word = () => random.pick(WORDS);
  const quoted = (text: string) => `'${text}'`;
  switch (shape) {
    case "integer":
      return integer();
    case "text":
      return quoted(random.sample(WORDS, 1 + random.integer(0, Math.floor(limits.length / 3))).join(" "));
    case "integers":
      return `[${list(integer).join(", ")}]`;
    case "texts":
      return `[${list(() => quoted(word())).join(", ")}]`;
    case "counts":
      return `{${random
        .sample(WORDS, random.integer(2, limits.length))
        .map((key) => `${quoted(key)}: ${integer()}`)
        .join(", ")}}`;
    case "rows": {
      const width = random.integer(2, 3);
      return `[${list(() => `[${Array.from({ length: width }, integer).join(", ")}]`).join(", ")}]`;
    }
  }
}

/** The smallest integer: negative ones come with difficulty. */
function signed({ difficulty, magnitude }: Limits): number {
  return difficulty < 0.3 ? 1 : -Math.round(magnitude * difficulty);
}
