import { DefinitionError } from "./definition-error.ts";
/** What calls cost: US dollars and tokens. */
export interface Usage {
  usd: number;
  tokens: number;
}

/**
 * The maximum cost of a run, or of one attempt of a reaction: dollars (`usd`) and tokens. A part without a value has no
 * limit.
 */
export type Budget = Partial<Usage>;

/** What a run has cost and may still cost. */
export interface BudgetState {
  limit: Budget;
  /** The rest of the limit: neither spent nor reserved. Below 0 if a call cost more than its estimate. */
  free: Budget;
  spent: Usage;
  /**
   * Estimates of running calls, and of calls whose cost is unknown, by idempotency key and number of the
   * call.
   */
  reserved: Record<string, Reserved>;
}

/** A reserved estimate. */
export interface Reserved extends Usage {
  /** Nonce of the attempt that made it. */
  owner?: string | undefined;
}

const MICRO = 1_000_000;

/** The budget of a run that has not begun. */
export function openBudget(limit: Budget = {}): BudgetState {
  return { limit, free: { ...limit }, spent: { usd: 0, tokens: 0 }, reserved: {} };
}

/**
 * A usage with all its parts, in whole tokens and millionths of a dollar. Throws a DefinitionError for an invalid
 * amount.
 */
export function toUsage({ usd = 0, tokens = 0 }: Budget): Usage {
  if (usd >= 0 && tokens >= 0 && Number.isFinite(usd + tokens)) {
    return { usd: Math.round(usd * MICRO) / MICRO, tokens: Math.ceil(tokens) };
  }
  throw new DefinitionError(
    `The usage of ${usd} dollars and ${tokens} tokens is not valid. Amounts must be 0 or more.`,
  );
}

/** The sum of two usages, exact to a millionth of a dollar. `sign` -1 makes it the difference. */
export function add(one: Usage, other: Usage, sign: 1 | -1 = 1): Usage {
  return {
    usd: Math.round((one.usd + sign * other.usd) * MICRO) / MICRO,
    tokens: one.tokens + sign * other.tokens,
  };
}

/** The parts of a usage that a budget limits. */
export function partsOf(limit: Budget): (keyof Usage)[] {
  return (["usd", "tokens"] as const).filter((part) => limit[part] !== undefined);
}

/** "$0.02 and 3000 tokens" */
export function describeUsage({ usd, tokens }: Budget): string {
  return [usd !== undefined && `$${usd}`, tokens !== undefined && `${tokens} tokens`]
    .filter(Boolean)
    .join(" and ");
}
