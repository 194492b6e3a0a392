import { expect, test } from "bun:test";
import { join } from "node:path";
import { tuiServices } from "../../src/cli/tui-services.ts";
import { ConfigError } from "../../src/errors/index.ts";
import { openTui } from "../../src/tui/index.ts";

test("without a terminal the TUI refuses and names --headless", async () => {
  const isTTY = process.stdout.isTTY;
  process.stdout.isTTY = false;
  try {
    const error = await openTui({ place: { kind: "home" }, services: tuiServices() }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).mend).toContain("--headless");
  } finally {
    process.stdout.isTTY = isTTY;
  }
});

test("the TUI loads nothing of MLX, and no blessed Screen is made", async () => {
  const app = join(import.meta.dir, "..", "..", "src", "tui", "app.tsx");
  const files = ["app.tsx", "run-store.ts", "root.tsx", "home/home.tsx", "start/start.tsx"];
  const imports = files.map((file) => `await import(${JSON.stringify(app.replace("app.tsx", file))});`);
  const probe = `${imports.join(" ")}
    const { Screen } = require("blessed");
    const loaded = Object.keys(require.cache).filter((p) => /src\\/(mlx|nn|models|generation|training|selfplay|sandbox|tokenizer)\\//.test(p));
    console.log(JSON.stringify({ loaded, screens: Screen.total ?? 0 }));`;
  const child = Bun.spawn([process.execPath, "-e", probe], {
    cwd: join(import.meta.dir, "..", ".."),
    stdout: "pipe",
    stderr: "inherit",
  });
  expect(JSON.parse(await new Response(child.stdout).text())).toEqual({ loaded: [], screens: 0 });
});
