import { KINDS } from "./dice.ts";
import { type Cut, kindOf, type SeedOutcome } from "./seed-outcome.ts";

/** What is left of a history that still breaks the same invariant. */
export interface Shrunk {
  seed: string;
  kind: string;
  about: string;
  operations: string[];
  /** Single faults that are needed. */
  faults: string[];
  /** Histories that were run for it. */
  tries: number;
}

/** Faults of a kind that only shift times are not tried one by one. */
const MOST_TRIES = 400;

/**
 * Makes a history that fails as small as it gets: kinds of trouble, then what people do, then single faults are left out, as
 * long as the same invariant breaks.
 */
export async function shrink(
  runSeed: (seed: string, cut: Cut) => Promise<SeedOutcome>,
  seed: string,
  kind: string,
): Promise<Shrunk | undefined> {
  let tries = 0;
  let best: SeedOutcome | undefined;
  const fails = async (cut: Cut): Promise<boolean> => {
    if (++tries > MOST_TRIES) return false;
    const outcome = await runSeed(seed, cut);
    if (!outcome.violations.some((one) => kindOf(one) === kind)) return false;
    best = outcome;
    return true;
  };
  if (!(await fails({}))) return undefined;
  let cut: Cut = { weather: best!.weather, history: best!.history };
  const keep = async (smaller: Cut) => {
    const holds = await fails(smaller);
    if (holds) cut = smaller;
    return holds;
  };

  for (const trouble of KINDS) {
    if (cut.weather![trouble] > 0) await keep({ ...cut, weather: { ...cut.weather!, [trouble]: 0 } });
  }
  for (let size = Math.ceil(cut.history!.operations.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < cut.history!.operations.length; ) {
      const operations = cut.history!.operations.toSpliced(at, size);
      if (!(await keep({ ...cut, history: { ...cut.history!, operations } }))) at += size;
    }
  }
  const idOf = (fired: string) => fired.split(" ")[0]!;
  const single = (fired: readonly string[]) => fired.map(idOf).filter((id) => !cut.muted?.has(id));
  for (let size = Math.ceil(single(best!.fired).length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < single(best!.fired).length && tries < MOST_TRIES; ) {
      const muted = new Set([...(cut.muted ?? []), ...single(best!.fired).slice(at, at + size)]);
      if (!(await keep({ ...cut, muted }))) at += size;
    }
  }
  const outcome = await runSeed(seed, cut);
  const violation = outcome.violations.find((one) => kindOf(one) === kind)!;
  const { operations } = cut.history!;
  return {
    seed,
    kind,
    about: violation.about,
    tries,
    operations: operations.map(
      ({ at, ...operation }) =>
        `${(at / 1000).toFixed(1)} s: ${Object.values(operation)
          .map((value) => (typeof value === "object" ? JSON.stringify(value) : value))
          .join(" ")}`,
    ),
    faults: outcome.fired.slice(0, 40),
  };
}
