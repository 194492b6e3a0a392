import { expect, test } from "bun:test";
import { join } from "node:path";
import { temporaryFolder } from "../runs/fixtures.ts";

test("components work with React's production build in any working directory", () => {
  using folder = temporaryFolder();
  const source = (file: string) => JSON.stringify(join(import.meta.dir, "..", "..", "src", "tui", file));
  const program = `
    const { prepareReact } = await import(${source("react-runtime.ts")});
    prepareReact();
    const { ProgressBar } = await import(${source("widgets/progress-bar.tsx")});
    console.log(typeof ProgressBar({ width: 10, done: 1, total: 2 }).props);`;
  const environment = { ...process.env };
  delete environment.NODE_ENV;
  const child = Bun.spawnSync([process.execPath, "-e", program], { cwd: folder.path, env: environment });
  expect(child.stderr.toString()).toBe("");
  expect(child.stdout.toString()).toBe("object\n");
});
