import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { BreakerSpec } from "../contract/breaker.ts";
import { DefinitionError } from "../contract/definition-error.ts";
import type { WorkSpec } from "../contract/work.ts";
import { millraceCount } from "./operations/metrics.ts";
import { ThresholdAlarm } from "./threshold-alarm.ts";

export interface BreakerAlarmsProps {
  /** All steps and reactions of the app. */
  readonly work: readonly WorkSpec[];
}

/** An alarm for each breaker that steps share: calls of its downstream are refused. */
export class BreakerAlarms extends Construct {
  readonly breakers: readonly BreakerSpec[];

  constructor(scope: Construct, id: string, { work }: BreakerAlarmsProps) {
    super(scope, id);
    this.breakers = breakersOf(work);
    for (const { name, cooldown } of this.breakers) {
      new ThresholdAlarm(this, name, {
        metric: millraceCount(this, "BreakersOpened", { breaker: name }, { period: Duration.minutes(5) }),
        alarmDescription: `The breaker "${name}" is open: calls of its downstream fail. Steps wait or take their fallback; one call probes the downstream every ${cooldown}. No message is lost. List runs with "millrace runs" and see failed attempts with "millrace run <id>". Fix the downstream; the breaker then closes automatically.`,
      });
    }
  }
}

/** Each breaker once. Throws if two different ones have the same name. */
function breakersOf(work: readonly WorkSpec[]): BreakerSpec[] {
  const breakers = new Map<string, BreakerSpec>();
  for (const { breaker } of work) {
    if (!breaker) continue;
    const twin = breakers.get(breaker.name);
    if (twin && twin !== breaker) {
      throw new DefinitionError(
        `Two different breakers have the name "${breaker.name}". Rename one, or use the same definition in both places.`,
      );
    }
    breakers.set(breaker.name, breaker);
  }
  return [...breakers.values()];
}
