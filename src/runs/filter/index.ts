export { type CompiledFilter, compileFilter, EVERYTHING } from "./compile.ts";
export { type Completion, completeFilter } from "./complete.ts";
export { allowed, type FilterField, type FilterLanguage, type Term } from "./language.ts";
export { type FilterProblem, parseFilter, quotedValue } from "./parse.ts";
export { filtersReference } from "./reference.ts";
