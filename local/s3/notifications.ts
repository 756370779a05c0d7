import type { Kernel } from "../kernel/kernel.ts";
import type { CallContext } from "../kernel/service.ts";
import type { Bucket } from "./buckets.ts";
import { receives } from "./destinations.ts";
import { type Occurrence, recordOf, sendTo } from "./records.ts";
import type { Version } from "./version.ts";

const BATCH = 10;

/** The origin of a change, as far as events contain it. */
export type Cause = Pick<CallContext, "requestId"> & { requester: string; reason?: string };

/**
 * Events for EventBridge's default bus, and for queues, topics and functions. Each is written with its change,
 * and leaves the table when its receiver has it: a crash in between delivers it after the restart.
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
    });
    this.notify(bucket, version, `ObjectCreated:${CREATIONS[cause.reason ?? ""] ?? "Put"}`, cause);
  }

  deleted(bucket: Bucket, version: Version, cause: Cause): void {
    const object = { key: version.key, ...versionId(version) };
    const kind = version.marker ? "Delete Marker Created" : "Permanently Deleted";
    this.add(bucket, "Object Deleted", cause, object, { "deletion-type": kind });
    const group = cause.reason === "Lifecycle Expiration" ? "LifecycleExpiration" : "ObjectRemoved";
    this.notify(bucket, version, `${group}:${version.marker ? "DeleteMarkerCreated" : "Delete"}`, cause);
  }

  tagged(bucket: Bucket, version: Version, change: "Added" | "Deleted", cause: Cause): void {
    const object = { key: version.key, etag: version.etag, ...versionId(version) };
    this.add(bucket, `Object Tags ${change}`, cause, object);
    this.notify(bucket, version, `ObjectTagging:${change === "Added" ? "Put" : "Delete"}`, cause);
  }

  /** Sends pending events. */
  deliver(): void {
    if (this.sending) return;
    this.sending = true;
    this.kernel.work.start("S3 event notification", () => this.drain());
  }

  private add(bucket: Bucket, detailType: string, cause: Cause, object: object, more: object = {}): void {
    if (!bucket.eventBridge) return;
    const entry = {
      Source: "aws.s3",
      DetailType: detailType,
      Resources: [`arn:aws:s3:::${bucket.name}`],
      Time: this.kernel.clock.now() / 1000,
      Detail: {
        version: "0",
        bucket: { name: bucket.name },
        object,
        "request-id": cause.requestId,
        requester: cause.requester,
        "source-ip-address": "127.0.0.1",
        reason: cause.reason,
        ...more,
      },
    };
    this.kernel.store.run("INSERT INTO s3_event (entry) VALUES (?)", JSON.stringify(entry));
    this.deliver();
  }

  /** Writes an event for each destination that subscribes to it. */
  private notify(bucket: Bucket, version: Version, event: string, { requestId, requester }: Cause): void {
    const { clock, store } = this.kernel;
    const { key } = version;
    const receivers = bucket.destinations.filter((destination) => receives(destination, event, key));
    if (receivers.length === 0) return;
    const hasBody = !event.includes("Removed") && !event.includes("Expiration");
    const occurrence: Occurrence = {
      bucket: bucket.name,
      event,
      key,
      time: clock.now(),
      requestId,
      requester,
      ...(hasBody && { size: version.size, etag: version.etag }),
      ...(version.version !== "null" && { version: version.version }),
    };
    for (const { id, arn } of receivers) {
      const entry: Notice = { arn, id, occurrence };
      store.run("INSERT INTO s3_event (entry) VALUES (?)", JSON.stringify(entry));
    }
    this.deliver();
  }

  private async drain(): Promise<void> {
    const { store } = this.kernel;
    try {
      for (;;) {
        // The change that wrote an event is complete only at the end of its caller's turn.
        await Promise.resolve();
        const rows = store.all<EventRow>("SELECT id, entry FROM s3_event ORDER BY id LIMIT ?", BATCH);
        if (rows.length === 0) return;
        const entries: object[] = [];
        for (const { id, entry } of rows) {
          const event = JSON.parse(entry);
          if ("arn" in event) await this.send(id, event);
          else entries.push(toEntry(id, event));
        }
        await this.publish(entries);
        store.run("DELETE FROM s3_event WHERE id <= ?", rows.at(-1)!.id);
      }
    } finally {
      // Within the loop's last turn, so that an event written after it starts a delivery of its own.
      this.sending = false;
    }
  }

  private async publish(Entries: object[]): Promise<void> {
    if (Entries.length === 0) return;
    const answer = await this.kernel.call("events", "PutEvents", { Entries }, { caller: "s3.amazonaws.com" });
    if (answer.FailedEntryCount > 0) {
      this.kernel.report(`S3 event notification: the bus refused ${JSON.stringify(answer.Entries)}`);
    }
  }

  private async send(row: number, { arn, id, occurrence }: Notice): Promise<void> {
    const document = recordOf(this.kernel, occurrence, id, sequencerOf(row));
    await sendTo(this.kernel, occurrence.bucket, arn, document).catch((error: Error) => {
      this.kernel.report(
        `S3 event notification: ${occurrence.event} of ${occurrence.bucket}/${occurrence.key} could not be sent to ${arn}: ${error.message}. The notification is dropped.`,
      );
    });
  }
}

/** An event for a queue, topic or function; the others are entries of PutEvents. */
interface Notice {
  arn: string;
  /** Of the configuration. */
  id: string;
  occurrence: Occurrence;
}

const CREATIONS: Record<string, string> = {
  PutObject: "Put",
  CopyObject: "Copy",
  CompleteMultipartUpload: "CompleteMultipartUpload",
};

interface EventRow {
  id: number;
  entry: string;
}

/**
 * The entry for PutEvents. Changes that create or delete an object have a sequencer, hexadecimal text that
 * grows with each such change: the row's number.
 */
function toEntry(row: number, { Detail, ...others }: Record<string, any>): object {
  if (Detail.reason !== undefined) Detail.object.sequencer = sequencerOf(row);
  return { ...others, Detail: JSON.stringify(Detail) };
}

const sequencerOf = (row: number) => row.toString(16).toUpperCase().padStart(16, "0");

const versionId = (version: Version) => (version.version === "null" ? {} : { "version-id": version.version });
