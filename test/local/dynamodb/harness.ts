import { dynamodbService, dynamodbStreamsService } from "../../../local/dynamodb/service.ts";
import { type VirtualClock, virtualClock } from "../../../local/kernel/clock.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import { Store } from "../../../local/kernel/store.ts";

export const START = Date.parse("2026-03-01T12:00:00Z");

export interface Cloud {
  kernel: Kernel;
  clock: VirtualClock;
  /** A DynamoDB operation. */
  call: (operation: string, input?: object) => Promise<any>;
  /** A DynamoDB Streams operation. */
  streams: (operation: string, input?: object) => Promise<any>;
}

/** DynamoDB alone, in virtual time, on this file or in memory. */
export function startCloud(path = ":memory:", clock = virtualClock(START)): Cloud {
  const kernel = new Kernel({
    clock,
    random: seededRandom("dynamodb"),
    store: Store.open(path),
    endpoint: "http://127.0.0.1:4566",
  });
  kernel.register(dynamodbService(kernel));
  kernel.register(dynamodbStreamsService(kernel));
  for (const service of kernel.all()) service.start?.();
  return {
    kernel,
    clock,
    call: (operation, input = {}) => kernel.call("dynamodb", operation, input),
    streams: (operation, input = {}) => kernel.call("dynamodbstreams", operation, input),
  };
}

/** Moves time, with everything that falls due on the way. */
export function advance(clock: VirtualClock, milliseconds: number): void {
  const until = clock.now() + milliseconds;
  while (clock.now() < until) clock.advanceTo(until);
}

/** The input of CreateTable: partition key `pk`, sort key `sk` unless it is left out. */
export function tableInput(
  name: string,
  sortType: "S" | "N" | "B" | undefined = undefined,
  more: any = {},
): any {
  const { AttributeDefinitions: definitions = [], ...rest } = more;
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      ...(sortType ? [{ AttributeName: "sk", KeyType: "RANGE" }] : []),
    ],
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      ...(sortType ? [{ AttributeName: "sk", AttributeType: sortType }] : []),
      ...definitions,
    ],
    ...rest,
  };
}

/** "Code: message" of the refusal, or "accepted". */
export async function refusal(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "accepted",
    (error: Error) => `${error.name}: ${error.message}`,
  );
}
