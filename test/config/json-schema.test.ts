import { expect, test } from "bun:test";
import { configJsonSchema } from "../../src/config/json-schema.ts";
import { configFields, keysAt } from "../../src/config/shape.ts";

interface Node {
  properties?: Record<string, Node>;
  anyOf?: Node[];
  oneOf?: Node[];
  additionalProperties?: boolean;
  description?: string;
  default?: unknown;
  minimum?: number;
}

/** The nodes that may stand at a path, options of a variant among them. */
function nodesAt(root: Node, path: readonly string[]): Node[] {
  let nodes = [root];
  for (const key of path) {
    const options = nodes.flatMap((node) => [node, ...(node.anyOf ?? []), ...(node.oneOf ?? [])]);
    nodes = options.flatMap((node) => node.properties?.[key] ?? []);
  }
  return nodes;
}

test("the JSON Schema knows every field, with its help, and refuses unknown keys", () => {
  const schema = configJsonSchema() as Node;
  expect(Object.keys(schema.properties ?? {})).toEqual(keysAt([]));
  expect(schema.additionalProperties).toBe(false);
  for (const { path, help } of configFields()) {
    const nodes = nodesAt(schema, path.split("."));
    expect(nodes.length, path).toBeGreaterThan(0);
    // A key may mean another thing in another variant, and then has its own help there.
    const told = ({ description }: Node) => help.includes(description ?? "?");
    expect(path.endsWith(".type") ? nodes.every(told) : nodes.some(told), path).toBe(true);
  }
  const [rate] = nodesAt(schema, ["selfplay", "estimation_samples"]);
  expect(rate).toMatchObject({ minimum: 1, default: 8 });
});
