import type { Soak } from "./kinds.ts";
import { KNOWN } from "./known.ts";
import type { Shrunk } from "./shrink.ts";
import type { Share } from "./worker.ts";

/** What was run and what broke, as Markdown. */
export function reportOf(kind: Soak, shares: readonly Share[], shrunk: readonly Shrunk[]): string {
  const seeds = shares.reduce((sum, { from, to }) => sum + to - from, 0);
  const calls = shares.reduce((sum, one) => sum + one.calls, 0);
  const cpu = shares.reduce((sum, one) => sum + one.cpu, 0);
  const memory = shares.reduce((most, one) => Math.max(most, one.memory), 0);
  const kinds = new Map<string, string[]>();
  for (const { broken } of shares)
    for (const one of broken) kinds.set(one.kind, [...(kinds.get(one.kind) ?? []), one.seed]);
  const failed = shares.flatMap((one) => one.failed);
  const number = (value: number) => Math.round(value).toLocaleString("en");
  const lines = [
    `# Soak: ${kind === "memory" ? "functions over services in memory" : "bundles in the simulated cloud"}`,
    "",
    `${number(seeds)} seeds, ${number(calls)} calls of services, ${number((seeds / cpu) * 60_000)} seeds a minute and core, at most ${memory} MB.`,
    "",
  ];
  if (failed.length > 0)
    lines.push(
      `${failed.length} seeds could not be run; the first: ${failed[0]!.seed}: ${failed[0]!.error.split("\n")[0]}`,
      "",
    );
  if (kinds.size === 0) return [...lines, "No invariant broke.", ""].join("\n");
  lines.push("| invariant | seeds | first |", "|---|---|---|");
  for (const [broken, list] of [...kinds].sort((a, b) => b[1].length - a[1].length))
    lines.push(`| ${broken} | ${list.length} | ${list.slice(0, 5).join(", ")} |`);
  for (const [known, cause] of Object.entries(KNOWN))
    if (kinds.has(known)) lines.push("", `Known: ${known}. ${cause}`);
  for (const { seed, kind: broken, about, operations, faults } of shrunk) {
    lines.push(
      "",
      `## ${broken}`,
      "",
      `Seed ${seed}: ${about}`,
      "",
      ...operations.map((operation) => `- ${operation}`),
    );
    if (faults.length > 0) lines.push(`- faults: ${faults.join("; ")}`);
  }
  return [...lines, ""].join("\n");
}
