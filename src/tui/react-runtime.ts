import { createRequire } from "node:module";

/**
 * Makes React's production build ready; to be called before anything imports Ink or React. The development
 * build is several times slower. Bun compiles JSX into calls of the development runtime unless the working
 * directory happens to hold a tsconfig.json that says otherwise, and React's production build has no such
 * runtime: there the calls go to the production one, which takes the same first arguments.
 */
export function prepareReact(): void {
  process.env.NODE_ENV = "production";
  const require = createRequire(import.meta.url);
  const development: { jsxDEV?: unknown } = require("react/jsx-dev-runtime");
  const production: { jsx: unknown } = require("react/jsx-runtime");
  development.jsxDEV ??= production.jsx;
}
