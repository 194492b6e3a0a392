/** Tests draw with what the program draws with. */
import { prepareInk } from "../src/tui/ink/substitutes.ts";

prepareInk();
