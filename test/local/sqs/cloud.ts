import { virtualClock } from "../../../local/kernel/clock.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import { Store } from "../../../local/kernel/store.ts";
import { sqsService } from "../../../local/sqs/service.ts";

export const START = Date.UTC(2026, 0, 1);

/** SQS alone, on virtual time. */
export function sqsAlone() {
  const clock = virtualClock(START);
  const kernel = new Kernel({
    clock,
    random: seededRandom(1),
    store: Store.open(":memory:"),
    endpoint: "http://127.0.0.1:4566",
  });
  kernel.register(sqsService(kernel));
  return {
    clock,
    kernel,
    sqs: (operation: string, input: object, context = {}): Promise<any> =>
      kernel.call("sqs", operation, input, context),
    /** Lets seconds pass, moment by moment. */
    pass(seconds: number): void {
      const until = clock.now() + seconds * 1000;
      while (clock.now() < until) clock.advanceTo(until);
    },
  };
}
