import { runInMemory } from "./memory/seed.ts";
import type { Cut, SeedOutcome } from "./seed-outcome.ts";
import { runWholeSeed } from "./whole.ts";
import { wire } from "./wiring.ts";

/** How a seed is run: its functions over services in memory, or their bundles in the simulated cloud. */
export const SOAKS = ["memory", "whole"] as const;
export type Soak = (typeof SOAKS)[number];

/** Runs seeds of a kind, from a folder that holds the synthesized app. */
export async function runnerOf(
  kind: Soak,
  folder: string,
): Promise<(seed: string, cut?: Cut) => Promise<SeedOutcome>> {
  const wiring = await wire(folder);
  if (kind === "whole") return (seed, cut) => runWholeSeed(folder, wiring, seed, cut);
  return (seed, cut) => runInMemory(wiring, seed, cut);
}
