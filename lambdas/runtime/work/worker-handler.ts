import type { StepMessage } from "../../../lib/contract/message.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import { tableClaims } from "../aws/claims.ts";
import { stepFunctions } from "../aws/executions.ts";
import { lazyArtifacts } from "../aws/lazy-artifacts.ts";
import { logOf } from "../aws/observe.ts";
import { sourceQueue } from "../aws/queue.ts";
import { tableRuns } from "../aws/runs.ts";
import { openTable } from "../aws/table.ts";
import { numberSetting, setting } from "../environment.ts";
import { queueHandler } from "../queue-handler.ts";
import { type StepFunction, work } from "./work.ts";

/**
 * The Lambda handler of a step: `export const handler = worker(renderFrame, async (scene, context) => frame)`.
 * The function gets the parsed input and answers the output; what it throws is a failure of the step
 * (see `giveUp`, `waitAndRetry` and `ask`; anything else is tried again by the step's retry policy).
 */
export function worker<Input, Output>(
  spec: StepSpec<string, any, any, Input, Output>,
  code: StepFunction<NoInfer<Input>, NoInfer<Output>>,
) {
  const table = openTable(setting("table"));
  const queue = sourceQueue(setting("queue"));
  const bucket = setting("artifacts");
  const ports = {
    runs: tableRuns(table),
    claims: tableClaims(table, numberSetting("retentionDays")),
    executions: stepFunctions(undefined),
    now: Date.now,
  };
  return queueHandler(
    spec.name,
    () => queue,
    async ({ record, context, trace, logger, metrics }) => {
      const message = JSON.parse(record.body) as StepMessage;
      const { run, path, attempt } = message;
      const log = logOf(logger, {
        run: run.id,
        workflow: run.workflow,
        step: spec.name,
        path,
        attempt,
        event: run.event,
        trace: run.traceparent ?? trace,
      });
      const outcome = await work(
        message,
        spec,
        code,
        { id: context.awsRequestId, deadline: Date.now() + context.getRemainingTimeInMillis() },
        { ...ports, artifacts: lazyArtifacts(bucket, `${run.workflow}/${run.id}/`), log, metrics },
      );
      log.info(`${path}: ${outcome.kind}`, { ...outcome });
      return outcome.kind === "later" ? { at: outcome.at, why: outcome.why } : "finished";
    },
  );
}
