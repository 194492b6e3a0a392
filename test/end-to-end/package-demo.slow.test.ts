import { afterAll, expect, test } from "bun:test";
import { Package } from "./package.ts";

const pack = new Package();
afterAll(() => pack[Symbol.dispose](), 120_000);

test("the packed demo trains one step, headless", () => {
  const demo = pack.run(["demo", "--headless", "--steps", "1"], { keepCache: true });
  expect(demo.code, demo.stderr).toBe(0);
  expect(demo.stdout + demo.stderr).toContain("step 1");
  expect(demo.stdout).toContain("finished");
}, 900_000);
