import { expect, test } from "vitest";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import { s3Service } from "../../../local/s3/service.ts";
import { cloud, DAY, START } from "./cloud.ts";

const notify = { NotificationConfiguration: { EventBridgeConfiguration: {} } };

test("a bucket publishes events of each object on the default bus, once enabled", async () => {
  const { kernel, s3, put, events } = await cloud();
  await put("silent");
  await s3("PutBucketNotificationConfiguration", notify);
  const { ETag } = await put("film.mp4", "frames");
  await s3("DeleteObject", { Key: "film.mp4" });
  await s3("DeleteObject", { Key: "never was" });
  await kernel.work.idle();
  expect(events.map((event) => [event.DetailType, event.Detail.reason, event.Detail.object.key])).toEqual([
    ["Object Created", "PutObject", "film.mp4"],
    ["Object Deleted", "DeleteObject", "film.mp4"],
  ]);
  const [created, deleted] = events;
  expect(created).toMatchObject({
    Source: "aws.s3",
    Resources: ["arn:aws:s3:::films"],
    Time: START / 1000,
    caller: "s3.amazonaws.com",
    Detail: {
      version: "0",
      bucket: { name: "films" },
      object: { key: "film.mp4", size: 6, etag: ETag.replaceAll('"', ""), sequencer: expect.any(String) },
      "request-id": expect.any(String),
      requester: "000000000000",
    },
  });
  expect(deleted.Detail["deletion-type"]).toBe("Permanently Deleted");
  expect(deleted.Detail.object.sequencer > created.Detail.object.sequencer).toBe(true);
});

test("tags that are added and deleted are reported", async () => {
  const { kernel, s3, put, events } = await cloud();
  const { ETag } = await put("film.mp4");
  await s3("PutBucketNotificationConfiguration", notify);
  await s3("PutObjectTagging", { Key: "film.mp4", Tagging: { TagSet: [{ Key: "a", Value: "1" }] } });
  await s3("DeleteObjectTagging", { Key: "film.mp4" });
  await kernel.work.idle();
  expect(events.map((event) => event.DetailType)).toEqual(["Object Tags Added", "Object Tags Deleted"]);
  expect(events[0].Detail).toEqual({
    version: "0",
    bucket: { name: "films" },
    object: { key: "film.mp4", etag: ETag.replaceAll('"', "") },
    "request-id": expect.any(String),
    requester: "000000000000",
    "source-ip-address": "127.0.0.1",
  });
});

test("in a versioned bucket the event of a delete is about its delete marker", async () => {
  const { kernel, s3, put, events, enableVersioning } = await cloud();
  await enableVersioning();
  await s3("PutBucketNotificationConfiguration", notify);
  const { VersionId } = await put("key");
  const marker = (await s3("DeleteObject", { Key: "key" })).VersionId;
  await s3("DeleteObject", { Key: "key", VersionId });
  await kernel.work.idle();
  expect(events.map(({ Detail }) => [Detail["deletion-type"], Detail.object["version-id"]])).toEqual([
    [undefined, VersionId],
    ["Delete Marker Created", marker],
    ["Permanently Deleted", VersionId],
  ]);
});

test("an event that could not be delivered is kept for the next process", async () => {
  const { kernel, s3, put, reports } = await cloud();
  await s3("PutBucketNotificationConfiguration", notify);
  const down = () => {
    throw new Error("the bus is away");
  };
  kernel.register({ name: "events", operations: { PutEvents: down } });
  await put("key");
  await kernel.work.idle();
  expect(reports.join()).toContain("the bus is away");

  const { clock, store, endpoint } = kernel;
  const next = new Kernel({ clock, store, endpoint, random: seededRandom(2) });
  next.register(s3Service(next));
  const late: any[] = [];
  const keep = ({ Entries }: any) => ({ FailedEntryCount: 0, Entries: late.push(...Entries) });
  next.register({ name: "events", operations: { PutEvents: keep } });
  next.service("s3")!.start!();
  await next.work.idle();
  expect(late.map((entry) => JSON.parse(entry.Detail).object.key)).toEqual(["key"]);
  expect(store.all("SELECT * FROM s3_event")).toEqual([]);
});

test("a member that notifications do not have is refused by name", async () => {
  const { s3 } = await cloud();
  const NotificationConfiguration = { StreamConfigurations: [] };
  await expect(s3("PutBucketNotificationConfiguration", { NotificationConfiguration })).rejects.toMatchObject(
    {
      code: "NotImplemented",
      message: expect.stringContaining("StreamConfigurations"),
    },
  );
});

test("objects expire at the midnight after their days, those that the rule means", async () => {
  const { kernel, clock, s3, put, events } = await cloud();
  await s3("PutBucketNotificationConfiguration", notify);
  await s3("PutBucketLifecycleConfiguration", {
    LifecycleConfiguration: {
      Rules: [{ Status: "Enabled", Filter: { Prefix: "tmp/" }, Expiration: { Days: 1 } }],
    },
  });
  await put("tmp/a");
  await put("kept");
  const keys = async () => (await s3("ListObjectsV2")).Contents.map((object: any) => object.Key);
  clock.advanceTo(START + 1.5 * DAY - 1);
  expect(await keys()).toEqual(["kept", "tmp/a"]);
  clock.advanceTo(START + 1.5 * DAY);
  await expect(s3("GetObject", { Key: "tmp/a" })).rejects.toMatchObject({ code: "NoSuchKey" });
  expect(await keys()).toEqual(["kept"]);
  await kernel.work.idle();
  expect(events.at(-1)).toMatchObject({
    DetailType: "Object Deleted",
    Detail: { reason: "Lifecycle Expiration", object: { key: "tmp/a" } },
  });
});

test("noncurrent versions expire, the newest of them kept if the rule says so, and unfinished uploads end", async () => {
  const { clock, s3, put, text, enableVersioning } = await cloud();
  await enableVersioning();
  await s3("PutBucketLifecycleConfiguration", {
    LifecycleConfiguration: {
      Rules: [
        {
          Status: "Enabled",
          Filter: {},
          NoncurrentVersionExpiration: { NoncurrentDays: 2, NewerNoncurrentVersions: 1 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 },
        },
      ],
    },
  });
  for (const body of ["1", "2", "3"]) await put("key", body);
  await s3("CreateMultipartUpload", { Key: "unfinished" });
  const versions = async () => (await s3("ListObjectVersions")).Versions.length;
  clock.advanceTo(START + 2 * DAY);
  expect(await versions()).toBe(3);
  clock.advanceTo(START + 3 * DAY);
  expect(await versions()).toBe(2);
  expect(await text("key")).toBe("3");
  expect((await s3("ListMultipartUploads")).Uploads).toHaveLength(1);
  clock.advanceTo(START + 4 * DAY);
  expect((await s3("ListMultipartUploads")).Uploads).toEqual([]);
});

test("an unsupported lifecycle action is refused by name", async () => {
  const { s3 } = await cloud();
  const Rules = [{ Status: "Enabled", Filter: {}, Vaporize: true }];
  await expect(s3("PutBucketLifecycleConfiguration", { LifecycleConfiguration: { Rules } })).rejects.toThrow(
    "Vaporize",
  );
});
