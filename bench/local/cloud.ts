import { join } from "node:path";
import { dynamodbService } from "../../local/dynamodb/service.ts";
import { eventsService } from "../../local/events/service.ts";
import { realClock } from "../../local/kernel/clock.ts";
import { Kernel } from "../../local/kernel/kernel.ts";
import { systemRandom } from "../../local/kernel/random.ts";
import { Store } from "../../local/kernel/store.ts";
import { sqsService } from "../../local/sqs/service.ts";
import { statesService } from "../../local/states/service.ts";
import { withFolder } from "../harness.ts";

export type Medium = "disk" | "memory";

/** Lends engines with an empty store. Calls are made in this process: what HTTP and an SDK cost comes on top. */
export async function withEngines(medium: Medium, use: (kernel: Kernel, path: string) => Promise<void>) {
  await withFolder(async (folder) => {
    const path = medium === "disk" ? join(folder, "cloud.sqlite") : ":memory:";
    const store = Store.open(path);
    const kernel = new Kernel({
      clock: realClock(),
      random: systemRandom(),
      store,
      endpoint: "http://127.0.0.1:4566",
    });
    for (const service of [sqsService, eventsService, dynamodbService, statesService]) {
      kernel.register(service(kernel));
    }
    for (const service of kernel.all()) service.start?.();
    try {
      await use(kernel, path);
      await kernel.work.idle();
    } finally {
      await Promise.all(kernel.all().map((service) => service.stop?.()));
      store.close();
    }
  });
}

/** How often a second `call` is answered, with what it reports on disk, while `outstanding` of them are asked at once. */
export async function ratePerSecond(
  kernel: Kernel,
  count: number,
  outstanding: number,
  call: (position: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      await call(next++);
      await kernel.store.flushed();
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: outstanding }, lane));
  await kernel.work.idle();
  await kernel.store.flushed();
  return count / ((performance.now() - began) / 1000);
}
