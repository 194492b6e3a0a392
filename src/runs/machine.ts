import type { RunDatabase } from "./database.ts";

/** Something that was found when the run's engine had loaded everything, such as a version. */
export interface MachineFact {
  /** What it is about: `engine`, `device`, `model`, `sandbox`, or a line of the sandbox's `proof`. */
  part: "engine" | "device" | "model" | "sandbox" | "proof";
  name: string;
  value: string;
}

/** Stores what the engine of now runs on, in place of what an earlier one did. */
export function setMachine(database: RunDatabase, facts: readonly MachineFact[]): void {
  database.transaction(() => {
    database.run("DELETE FROM machine");
    facts.forEach(({ part, name, value }, place) => {
      database.run("INSERT INTO machine VALUES (?, ?, ?, ?)", [place, part, name, value]);
    });
  });
}

/** What the run's last engine ran on, in order; none before an engine has loaded everything. */
export function machineFacts(database: RunDatabase): MachineFact[] {
  return database.all<MachineFact>("SELECT part, name, value FROM machine ORDER BY place");
}
