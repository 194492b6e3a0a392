#!/usr/bin/env bun
/** The engine process of one run: `bun src/engine/main.ts <runDir> [--resume [N]] [--config JSON] [--unsafe-local]`. */
import { runEngineMain } from "./engine-process.ts";
import { realParts } from "./real-parts.ts";

await runEngineMain(process.argv.slice(2), realParts);
