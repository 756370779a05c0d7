import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "vitest";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import { tableApprovals } from "../../../lambdas/runtime/aws/waits/approvals.ts";
import { approvalKey } from "../../../lib/contract/keys/approval.ts";
import { RedeployedCloud } from "../../redeployed.ts";

/** One cloud to which the app is deployed again and again. */
export class Posts extends RedeployedCloud {
  constructor() {
    super("2026-01-01T00:00:00Z");
  }

  async write(postId: string): Promise<void> {
    const { MillraceBus: EventBusName } = await this.cloud.outputs("Posts");
    const entry = { EventBusName, Source: "test", DetailType: "post.written" };
    const Entries = [{ ...entry, Detail: JSON.stringify({ postId }) }];
    expect(await this.cloud.call("events", "PutEvents", { Entries })).toMatchObject({ FailedEntryCount: 0 });
    await this.cloud.advance("1 second");
  }

  /** The editor likes everything. */
  async approveAll(): Promise<void> {
    const table = await this.table();
    for (const { run, path } of await (await this.reader()).openApprovals(100)) {
      await tableApprovals(table).decide(approvalKey(run, 1, path), { approved: true, decidedBy: "editor" });
    }
    await this.cloud.settle();
    await this.cloud.advance("1 minute");
  }

  /** What has come of the runs so far, by the time of their start. */
  async outcomes(): Promise<unknown[]> {
    const reader = await this.reader();
    const runs = (await reader.runs(100)).reverse();
    return await Promise.all(
      runs.map(async ({ run }) => {
        const { status, output } = (await reader.run(run))!.run;
        return output ?? status;
      }),
    );
  }

  async reader() {
    return runReader(await this.table(), this.cloud.client(SFNClient));
  }

  private async table() {
    const { MillraceTable } = await this.cloud.outputs("Posts");
    return openTable(MillraceTable!, this.cloud.client(DynamoDBClient));
  }
}
