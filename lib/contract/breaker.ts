import { DefinitionError } from "./definition-error.ts";
import { type Duration, milliseconds } from "./duration.ts";
import { isWhole } from "./whole-number.ts";

/** When calls of a downstream are stopped for a while, and for how long. */
interface BreakerOptions {
  /** Consecutive failures that open it. @default 5 */
  failures?: number;
  /**
   * The failure rate that opens it: the `share` of failed calls, above 0 and up to 1, once there are at least
   * `least` calls in the window. @default half of at least 20 calls
   */
  rate?: { share: number; least: number };
  /** How long a call counts towards the rate. @default "1 minute" */
  window?: Duration;
  /**
   * How long it stays open before one call tries whether the downstream is available again. @default "30
   * seconds"
   */
  cooldown?: Duration;
}

/** A downstream that steps share: its state stops and resumes all of them together. */
export interface BreakerSpec extends Required<BreakerOptions> {
  readonly name: string;
}

const NAME = /^[a-z][a-z0-9-]{0,47}$/;

/** Declares a breaker. Throws a DefinitionError that names the invalid option. */
export function defineBreaker(name: string, options: BreakerOptions = {}): BreakerSpec {
  const spec: BreakerSpec = {
    name,
    failures: options.failures ?? 5,
    rate: options.rate ?? { share: 0.5, least: 20 },
    window: options.window ?? "1 minute",
    cooldown: options.cooldown ?? "30 seconds",
  };
  const { failures, rate } = spec;
  const rules: [boolean, string][] = [
    [NAME.test(name), "A name has up to 48 lower-case letters, digits and dashes, and begins with a letter"],
    [isWhole(failures, 1), `failures is ${failures}; a whole number from 1 on`],
    [rate.share > 0 && rate.share <= 1, `rate.share is ${rate.share}; above 0 and at most 1`],
    [isWhole(rate.least, 1), `rate.least is ${rate.least}; a whole number from 1 on`],
  ];
  const broken = rules.filter(([holds]) => !holds).map(([, rule]) => rule);
  if (broken.length > 0) throw new DefinitionError(`Breaker "${name}": ${broken.join(". ")}.`);
  milliseconds(spec.window);
  milliseconds(spec.cooldown);
  return spec;
}
