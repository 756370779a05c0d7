import { virtualClock } from "../../../local/kernel/clock.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import { Store } from "../../../local/kernel/store.ts";
import { s3Service } from "../../../local/s3/service.ts";

export const START = Date.UTC(2026, 0, 1, 12);
export const DAY = 86_400_000;

/** S3 with a bucket "films", and a bus that stores its events. */
export async function cloud() {
  const clock = virtualClock(START);
  const reports: string[] = [];
  const kernel = new Kernel({
    clock,
    random: seededRandom(1),
    store: Store.open(":memory:"),
    endpoint: "http://127.0.0.1:4566",
    report: (line) => reports.push(line),
  });
  const events: any[] = [];
  kernel.register({
    name: "events",
    operations: {
      PutEvents({ Entries }, { caller }) {
        events.push(...Entries.map((entry: any) => ({ ...entry, Detail: JSON.parse(entry.Detail), caller })));
        return { FailedEntryCount: 0, Entries: [] };
      },
    },
  });
  kernel.register(s3Service(kernel));
  const s3 = (operation: string, input: object = {}) =>
    kernel.call("s3", operation, { Bucket: "films", ...input });
  await s3("CreateBucket");
  return {
    kernel,
    clock,
    events,
    reports,
    s3,
    put: (Key: string, Body: string | Uint8Array = "body", more = {}) =>
      s3("PutObject", { Key, Body, ...more }),
    text: async (Key: string, more = {}) => (await s3("GetObject", { Key, ...more })).Body.toString(),
    enableVersioning: (Status = "Enabled") =>
      s3("PutBucketVersioning", { VersioningConfiguration: { Status } }),
  };
}
