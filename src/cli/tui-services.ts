import type { Services } from "../tui/services.ts";
import { newRunPath, runPath, runsFolder } from "./runs-folder.ts";

/** What the screens ask of set-up and of models; each is imported when it is asked for. */
export function tuiServices(): Services {
  return {
    runsFolder: runsFolder(),
    newRunPath,
    runPath,
    async models() {
      const { modelsAtHand } = await import("./models-at-hand.ts");
      return modelsAtHand();
    },
    async fittingPreset(source) {
      const { fittingPreset } = await import("./fitting-preset.ts");
      return await fittingPreset(source);
    },
    async download({ model }) {
      const { modelDownload } = await import("./model-download.ts");
      return await modelDownload(model.source);
    },
    async memory(config) {
      const { memoryNeed } = await import("./memory-need.ts");
      return await memoryNeed(config);
    },
    async check(plan) {
      const { checkPlan } = await import("./prepare-run.ts");
      checkPlan(plan);
    },
    async prepare(plan, { progress, line }) {
      const { prepareRun } = await import("./prepare-run.ts");
      const { setUp } = await import("./set-up.ts");
      const { progressText } = await import("./progress-line.ts");
      let label = "";
      let began = 0;
      return await prepareRun(plan, (wanted) =>
        setUp(wanted, {
          onLine: line,
          onProgress: (value) => {
            if (value.label !== label) [label, began] = [value.label, performance.now()];
            progress(progressText(value, (performance.now() - began) / 1000));
          },
        }),
      );
    },
    async goOn(path, steps) {
      const { RunDirectory } = await import("../runs/run-directory.ts");
      const { longer } = await import("./longer.ts");
      const { checkChanges, configChanges } = await import("../config/change.ts");
      const began = RunDirectory.open(path).config();
      const config = steps === null ? began : longer(began, { num_steps: steps });
      checkChanges(configChanges(began, config));
      return { path, config, resume: true };
    },
  };
}
