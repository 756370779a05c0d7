import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { redriveStatus } from "./redrive.ts";
import type { ExecutionRow } from "./storage/executions.ts";

/** Only services may send events under a source that begins with "aws.". */
const SERVICE = "states.amazonaws.com";

/** Sends "Step Functions Execution Status Change" to the default bus. The service does so for STANDARD only. */
export function announce(kernel: Kernel, row: ExecutionRow): void {
  if (row.type !== "STANDARD" || !kernel.service("events")) return;
  kernel.work.start(`Status change of ${row.arn}`, async () => {
    const entry = {
      Source: "aws.states",
      DetailType: "Step Functions Execution Status Change",
      Resources: [row.arn],
      Detail: JSON.stringify(detail(row, kernel.clock.now())),
    };
    const { FailedEntryCount, Entries } = await kernel.call(
      "events",
      "PutEvents",
      { Entries: [entry] },
      { caller: SERVICE },
    );
    if (FailedEntryCount > 0) throw new ServiceError(Entries[0].ErrorCode, Entries[0].ErrorMessage);
  });
}

function detail(row: ExecutionRow, now: number): Record<string, unknown> {
  const { redriveStatus: status, redriveStatusReason: reason = null } = redriveStatus(row, now);
  return {
    executionArn: row.arn,
    stateMachineArn: row.machine,
    stateMachineVersionArn: row.version,
    stateMachineAliasArn: row.alias,
    name: row.name,
    status: row.status,
    startDate: row.started,
    stopDate: row.stopped,
    input: row.input,
    inputDetails: { included: true },
    output: row.output,
    outputDetails: row.output === null ? null : { included: true },
    error: row.error,
    cause: row.cause,
    redriveCount: row.redrives,
    redriveDate: row.redriven,
    redriveStatus: status,
    redriveStatusReason: reason,
  };
}
