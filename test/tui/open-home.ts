/**
 * Opens home as the command line does, over an engine with scripted parts: `bun open-home.ts`, in the folder that holds
 * `runs/`. Runs are made as the form says; nothing is fetched.
 */
import { join } from "node:path";
import { tuiServices } from "../../src/cli/tui-services.ts";
import { RunDirectory } from "../../src/runs/index.ts";
import { openTui } from "../../src/tui/index.ts";

const entry = join(import.meta.dir, "..", "engine", "scripted-engine.ts");
const services = tuiServices();
const { departure, run } = await openTui({
  place: { kind: "home" },
  services: {
    ...services,
    async prepare(plan, report) {
      await services.check(plan);
      report.line("nothing to fetch");
      if (!plan.resume) RunDirectory.create(plan.path, plan.config);
      return { resume: plan.resume, entry };
    },
  },
});
console.log(`left: ${departure} ${run}`);
