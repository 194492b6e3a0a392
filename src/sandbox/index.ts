export { type BackendCheck, checkSandbox } from "./check.ts";
export * from "./executor.ts";
export { installSandbox, type SandboxInstallation } from "./install.ts";
export * from "./literals.ts";
export { openSandbox } from "./open.ts";
export { SandboxPool } from "./pool.ts";
export {
  type Analysis,
  type AnalysisRequest,
  analysePrograms,
  type ProgramFacts,
} from "./program-analysis.ts";
