import type { Kernel } from "../kernel/kernel.ts";
import type { CallContext } from "../kernel/service.ts";
import type { Bucket } from "./buckets.ts";
import type { Version } from "./versions.ts";

const BATCH = 10;

/** Who and how a change came about, as far as events tell it. */
export type Cause = Pick<CallContext, "requestId"> & { requester: string; reason: string };

/**
 * Events for EventBridge's default bus. Each is written with the change that it tells of, and leaves the table
 * when the bus has it: a crash in between delivers it after the restart.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export class Notifications {
  private readonly kernel: Kernel;
  private sending = false;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  created(bucket: Bucket, version: Version, cause: Cause): void {
    this.add(bucket, "Object Created", cause, {
      key: version.key,
      size: version.size,
      etag: version.etag,
      ...versionId(version),
      sequencer: sequencer(version.sequence),
    });
  }

  deleted(bucket: Bucket, key: string, version: Version | undefined, cause: Cause): void {
    const object = { key, ...(version && versionId(version)), sequencer: sequencer(version?.sequence ?? 0) };
    const kind = version?.marker ? "Delete Marker Created" : "Permanently Deleted";
    this.add(bucket, "Object Deleted", cause, object, { "deletion-type": kind });
  }

  /** Sends what is waiting. */
  deliver(): void {
    if (this.sending) return;
    this.sending = true;
    this.kernel.work.start("S3 event notification", async () => {
      try {
        await this.drain();
      } finally {
        this.sending = false;
      }
    });
  }

  private add(bucket: Bucket, detailType: string, cause: Cause, object: object, more: object = {}): void {
    if (!bucket.eventBridge) return;
    const detail = {
      version: "0",
      bucket: { name: bucket.name },
      object,
      "request-id": cause.requestId,
      requester: cause.requester,
      "source-ip-address": "127.0.0.1",
      reason: cause.reason,
      ...more,
    };
    const entry = {
      Source: "aws.s3",
      DetailType: detailType,
      Resources: [`arn:aws:s3:::${bucket.name}`],
      Time: this.kernel.clock.now() / 1000,
      Detail: JSON.stringify(detail),
    };
    this.kernel.store.run("INSERT INTO s3_event (entry) VALUES (?)", JSON.stringify(entry));
    this.deliver();
  }

  private async drain(): Promise<void> {
    const { store } = this.kernel;
    for (;;) {
      // The change that wrote an event is complete only when its caller's turn is.
      await Promise.resolve();
      const rows = store.all<{ id: number; entry: string }>("SELECT id, entry FROM s3_event ORDER BY id LIMIT ?", BATCH);
      if (rows.length === 0) return;
      const Entries = rows.map((row) => JSON.parse(row.entry));
      await this.kernel.call("events", "PutEvents", { Entries }, { caller: "s3.amazonaws.com" });
      store.run("DELETE FROM s3_event WHERE id <= ?", rows.at(-1)!.id);
    }
  }
}

const versionId = (version: Version) => (version.version === "null" ? {} : { "version-id": version.version });

/** Hexadecimal text that grows with each change of a key. */
const sequencer = (sequence: number) => sequence.toString(16).toUpperCase().padStart(16, "0");
