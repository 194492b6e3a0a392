import { createRequire } from "node:module";
import { jsx, jsxs } from "react/jsx-runtime";

interface DevelopmentRuntime {
  jsxDEV?: (type: never, props: never, key: never, isStatic: boolean) => unknown;
}

/**
 * Bun compiles JSX for React's development runtime unless a tsconfig.json in the working directory says
 * otherwise, and React's production build leaves that runtime's one function out. Call it before a component is
 * imported.
 */
export function completeJsxRuntime(): void {
  const runtime: DevelopmentRuntime = createRequire(import.meta.url)("react/jsx-dev-runtime");
  runtime.jsxDEV ??= (type, props, key, isStatic) => (isStatic ? jsxs : jsx)(type, props, key);
}
