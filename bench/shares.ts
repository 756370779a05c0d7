import { NOTHING, type Units } from "../lib/cost/units.ts";
import type { Call } from "./calls.ts";
import { Meter } from "./meter.ts";

/** The ledger's share of the counts: its items (by any writer), its queue and its functions. */
export class LedgerShare {
  private readonly meter = new Meter();

  readonly observe = (call: Call): void => {
    if (isOfLedger(call)) this.meter.observe(call);
  };

  get units(): Units {
    return { ...this.meter.units };
  }

  get calls(): Map<string, number> {
    return new Map(this.meter.calls);
  }
}

function isOfLedger({ service, input }: Call): boolean {
  if (service === "dynamodb") return JSON.stringify(input).includes('"delivery#');
  return LEDGER.test((service === "sqs" ? input.QueueUrl : input?.logGroupName) ?? "");
}

/**
 * The log's share: what the relay writes for it, and the relay's invocations that put nothing on the bus, since only the
 * log contains such changes. Those are right where no batch has more than ten events, which go in one call.
 */
export class LogShare {
  private readonly writes = new Meter();
  private readonly relay = new Meter();
  private puts = 0;

  readonly observe = (call: Call): void => {
    const { operation, input, caller } = call;
    if (operation === "BatchWriteItem") this.writes.observe(call);
    if (operation === "PutLogEvents" && RELAY.test(input.logGroupName)) this.relay.observe(call);
    if (operation === "PutEvents" && RELAY.test(caller ?? "")) this.puts += 1;
  };

  get units(): Units {
    const { lambdaRequests, lambdaGigabyteSeconds, functionLogBytes } = this.relay.units;
    const alone = lambdaRequests === 0 ? 0 : Math.max(0, 1 - this.puts / lambdaRequests);
    return {
      ...NOTHING,
      dynamodbWriteUnits: this.writes.units.dynamodbWriteUnits,
      lambdaRequests: lambdaRequests * alone,
      lambdaGigabyteSeconds: lambdaGigabyteSeconds * alone,
      functionLogBytes: functionLogBytes * alone,
    };
  }
}

/** The constructs' names are in those of what they make. */
const LEDGER = /Ledger/;
const RELAY = /Relay/;
