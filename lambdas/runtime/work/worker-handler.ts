import type { Context, SQSRecord } from "aws-lambda";
import { digest } from "../../../lib/contract/canonical.ts";
import type { StepMessage } from "../../../lib/contract/message.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import { effectPorts } from "../aws/effect-ports.ts";
import { stepFunctions } from "../aws/executions.ts";
import { invokeVersion } from "../aws/function-versions.ts";
import { artifactsOf } from "../aws/lazy-artifacts.ts";
import { sharedFilesOf } from "../aws/lazy-shared-files.ts";
import { sourceQueue } from "../aws/queue.ts";
import { tableReleases } from "../aws/releases.ts";
import { tableStandings } from "../aws/standings.ts";
import { setting } from "../environment.ts";
import { fieldsOfRun } from "../log-fields.ts";
import { queueHandler } from "../queue-handler.ts";
import type { StepFunction } from "./context.ts";
import { handOver, remembering } from "./hand-over.ts";
import { work } from "./work.ts";

/**
 * The Lambda handler of a step: `export const handler = worker(renderFrame, async (scene, context) => frame)`.
 * The function gets the parsed input and answers the output; what it throws is a failure of the step
 * (see `giveUp`, `waitAndRetry` and `ask`; anything else is tried again by the step's retry policy).
 */
export function worker<Input, Output>(
  spec: StepSpec<string, any, any, Input, Output>,
  code: StepFunction<NoInfer<Input>, NoInfer<Output>>,
) {
  opened ??= open();
  const { queue, artifacts, handOvers } = opened;
  const ports = { ...opened.ports, shared: sharedFilesOf(setting("artifacts"), spec.name, spec.shared) };
  return queueHandler(
    spec.name,
    () => queue,
    async ({ record, context, about, log, metrics }) => {
      const message = JSON.parse(record.body) as StepMessage;
      const { run, path, direction, attempt } = message;
      about({ ...fieldsOfRun(run), step: spec.name, path, direction, attempt });
      const elsewhere = await handOver(message, record, context.functionVersion, { ...handOvers, log });
      if (elsewhere) return elsewhere;
      const outcome = await work(
        message,
        spec,
        code,
        { id: nonceOf(record, context), deadline: Date.now() + context.getRemainingTimeInMillis() },
        { ...ports, artifacts: artifacts(run.workflow, run.id), log, metrics },
      );
      log.info(`${path}: ${outcome.kind}`, { ...outcome });
      return outcome.kind === "later" ? { at: outcome.at, why: outcome.why } : "finished";
    },
  );
}

/** Of this delivery alone: a batch may hold the same message twice, and only one of them may have the claim. */
function nonceOf({ receiptHandle }: SQSRecord, { awsRequestId }: Context): string {
  return `${awsRequestId}:${digest(receiptHandle, 8)}`;
}

/** The steps of a pool share the function's connections. */
let opened: ReturnType<typeof open> | undefined;

function open() {
  const { table, ...effects } = effectPorts();
  return {
    queue: sourceQueue(effects.queueUrl),
    artifacts: artifactsOf(setting("artifacts")),
    ports: { ...effects, standings: tableStandings(table), executions: stepFunctions(undefined) },
    handOvers: {
      version: setting("version"),
      find: remembering(tableReleases(table).find),
      invoke: invokeVersion,
    },
  };
}
