import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { App, Stack } from "aws-cdk-lib";
import { expect } from "vitest";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import { replayReader } from "../../../lambdas/runtime/aws/control/replay-reader.ts";
import { tableQueues } from "../../../lambdas/runtime/aws/queues/deployed-queues.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import type { Command, Replay } from "../../../lib/contract/messages/command.ts";
import type { ReactionSpec } from "../../../lib/index.ts";
import { Millrace } from "../../../lib/millrace.ts";
import type { SimulationOptions } from "../../../local/simulate.ts";
import { RedeployedCloud } from "../../redeployed.ts";
import { archivedEvents } from "../archived-events.ts";
import { shipOrder } from "./shop/definitions.ts";

export function synthesize(...reactions: ReactionSpec[]): string {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-replays-")) });
  new Millrace(new Stack(app, "Shop"), "Millrace", {
    workflows: [shipOrder],
    reactions,
    handlers: "test/end-to-end/replays/shop",
  });
  return app.synth().directory;
}

/** A shop to which assemblies are deployed one after another, in one cloud. */
export class Shop extends RedeployedCloud {
  readonly reports: string[] = [];
  private orders = 0;

  constructor() {
    super("2026-11-21T08:00:00Z");
  }

  override async deploy(assembly: string, options: Partial<SimulationOptions> = {}): Promise<void> {
    await super.deploy(assembly, { report: (line) => void this.reports.push(line), ...options });
  }

  /** Places an order, a minute after the previous event. */
  async place(orderId: string, cents: unknown = 100): Promise<void> {
    await this.cloud.advance("1 minute");
    const { MillraceBus: EventBusName } = await this.outputs();
    const entry = { EventBusName, Source: "shop", DetailType: "order.placed" };
    const Entries = [{ ...entry, Detail: JSON.stringify({ orderId, cents }) }];
    expect(await this.cloud.call("events", "PutEvents", { Entries })).toMatchObject({ FailedEntryCount: 0 });
    await this.cloud.advance("5 seconds");
  }

  /** Events are lost that come to a subscriber while this lasts: its queue is not read, and then purged. */
  async losing(subscriber: string, meanwhile: () => Promise<void>): Promise<void> {
    const { queueUrl } = (await (await this.queues()).read(subscriber))!;
    const QueueArn = await this.queueArn(queueUrl);
    const { EventSourceMappings } = await this.cloud.call("lambda", "ListEventSourceMappings", {
      EventSourceArn: QueueArn,
    });
    const [{ UUID }] = EventSourceMappings;
    const enable = (Enabled: boolean) =>
      this.cloud.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled });
    await enable(false);
    await this.cloud.advance("1 minute");
    await meanwhile();
    await this.cloud.call("sqs", "PurgeQueue", { QueueUrl: queueUrl });
    await this.cloud.advance("2 minutes");
    await enable(true);
    await this.cloud.advance("1 minute");
  }

  /** Orders a replay of the last hour, and lets it happen. */
  async replay(more: Partial<Replay> = {}, at = this.cloud.now()) {
    // A lost response is asked for again some time later: time has to pass meanwhile.
    const outcome = this.control({
      action: "replay",
      target: { all: "subscribers" },
      by: "ada",
      why: "lost",
      key: `k${++this.orders}`,
      from: new Date(at - 3_600_000).toISOString(),
      ...more,
    });
    outcome.catch(() => {}); // The caller handles it.
    await this.cloud.advance("2 minutes");
    return await outcome;
  }

  async control(command: Command) {
    const { MillraceControl } = await this.outputs();
    return await controlFunction(MillraceControl!, this.cloud.client(LambdaClient))(command);
  }

  /** What a replay came to, and how far the bus has come. */
  async outcome(replay: string | undefined) {
    return (await this.reader()).read(replay!);
  }

  async reader() {
    return replayReader(await this.table(), this.cloud.client(EventBridgeClient));
  }

  async queues() {
    return tableQueues(await this.table());
  }

  /** "packed o1", once for each time that it was done under another idempotency key. */
  done(): string[] {
    const published = this.published("shop.done").map(
      ({ what, orderId, key }) => `${what} ${orderId} ${key}`,
    );
    return [...new Set(published)].map((line) => line.split(" ").slice(0, 2).join(" ")).sort();
  }

  /** Payloads of all events of a name that were on the bus. */
  published(name: string): any[] {
    return archivedEvents(this.cloud, name).map(({ detail }) => detail);
  }

  async items(kind: string): Promise<any[]> {
    const { MillraceTable: TableName } = await this.outputs();
    const { Items } = await this.cloud.call("dynamodb", "Scan", { TableName });
    return (Items as any[]).map((item) => unmarshall(item)).filter((item) => item.kind === kind);
  }

  private outputs() {
    return this.cloud.outputs("Shop");
  }

  private async table() {
    const { MillraceTable } = await this.outputs();
    return openTable(MillraceTable!, this.cloud.client(DynamoDBClient));
  }

  private async queueArn(QueueUrl: string): Promise<string> {
    const asked = { QueueUrl, AttributeNames: ["QueueArn"] };
    return (await this.cloud.call("sqs", "GetQueueAttributes", asked)).Attributes.QueueArn;
  }
}
