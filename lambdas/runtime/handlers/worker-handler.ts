import { type GroupedStep, isConcurrent } from "../../../lib/contract/groups/group.ts";
import { wholeMessage } from "../../../lib/contract/groups/grouped-list.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import { listSetting, optionalSetting, setting } from "../aws/environment.ts";
import { artifactsOf } from "../aws/files/artifacts.ts";
import { sharedFilesOf } from "../aws/files/shared-files.ts";
import { handOverTo } from "../aws/queues/express.ts";
import { queueOfMessages } from "../aws/queues/source.ts";
import { invokeVersion } from "../aws/release/function-versions.ts";
import { tableReleases } from "../aws/release/releases.ts";
import { stepFunctions } from "../aws/runs/executions.ts";
import { tableRunEnds } from "../aws/runs/run-ends.ts";
import { tableRunStarts } from "../aws/runs/run-starts.ts";
import { tableStartConditions } from "../aws/work/start-conditions.ts";
import { type ExpressGroupMessage, isExpress } from "../express/message.ts";
import type { ExpressLane } from "../express/ports.ts";
import { walkExpress } from "../express/walk.ts";
import type { SharedFiles } from "../ports/files.ts";
import { fieldsOfRun } from "../telemetry/log-fields.ts";
import { answerIfOver } from "../wait/answer-if-over.ts";
import type { StepFunction } from "../work/context.ts";
import type { Effect, Invocation } from "../work/effect.ts";
import { firstEffect } from "../work/group/begun.ts";
import { isOfGroup } from "../work/group/message.ts";
import { walkGroup } from "../work/group/walk.ts";
import type { GroupWorker } from "../work/group/walk-steps.ts";
import { remembering, routeToVersion } from "../work/route-to-version.ts";
import { work } from "../work/work.ts";
import { effectPorts } from "./effect-ports.ts";
import { handledNow } from "./handled-alone.ts";
import { hiddenByLease } from "./hide-by-lease.ts";
import { type QueueHandler, queueHandler } from "./queue-handler.ts";
import { stepMessageIn } from "./step-records.ts";

/**
 * The Lambda handler of a step: `export const handler = worker(renderFrame, async (scene, context) =>
 * frame)`. The function receives the parsed input and returns the output; an error that it throws is a
 * failure of the step (see `giveUp`, `waitAndRetry` and `ask`; any other error is retried by the step's retry
 * policy).
 */
export function worker<Input, Output, Code extends StepFunction<NoInfer<Input>, NoInfer<Output>>>(
  spec: StepSpec<string, any, any, Input, Output>,
  code: Code,
): QueueHandler;
/** No function is this: what the compiler says about one that does not fit the step. */
export function worker<Input, Output>(
  spec: StepSpec<string, any, any, Input, Output>,
  code: {
    readonly "A handler takes the `input` of its step and returns its `output`, of this type: change the handler, or the schema in defineStep": Output;
  },
): never;
export function worker(spec: StepSpec, code: any): QueueHandler {
  opened ??= open();
  const { queueOf, artifacts, handOvers, ends } = opened;
  const ports = { ...opened.ports, shared: sharedFilesOf(setting("artifacts"), spec.name, spec.shared) };
  steps.set(spec.name, { spec, code, shared: ports.shared });
  return queueHandler(
    spec.name,
    queueOf,
    async (delivery) => {
      const { record, context, invocation, about, log, logWith, metrics } = delivery;
      const received = stepMessageIn(record);
      const message = wholeMessage(received.message);
      const { run, path, direction, attempt } = message;
      about({ ...fieldsOfRun(run), step: spec.name, path, direction, attempt });
      const elsewhere = await routeToVersion(message, record, context.functionVersion, { ...handOvers, log });
      if (elsewhere) return elsewhere;
      const all = { ...ports, artifacts: artifacts(run.workflow, run.id), log, metrics };
      const specs = message.group ? message.group.steps.map((one) => stepOf(one.step).spec) : [spec];
      const outcome = await hiddenByLease(specs, delivery, { queue: queueOf(record), now: ports.now }, () => {
        if (!isOfGroup(message)) return work(message, spec, code, invocation, all);
        const workerOf = (one: GroupedStep): GroupWorker => {
          const { shared, ...own } = stepOf(one.step);
          const begins = (attempt: number) => {
            const fields = { step: one.step, path: one.path, attempt };
            if (isConcurrent(message.group)) return logWith(fields);
            about(fields);
            return log;
          };
          return { ...own, ports: { ...all, shared }, begins };
        };
        return isExpress(message)
          ? walkExpress(message, workerOf, invocation, all, ends(), received.begun)
          : walkGroup(message, workerOf, invocation, all, received.message);
      });
      log.info(`${path}: ${outcome.kind}`, { ...outcome });
      if (outcome.kind === "dropped" && !message.express) await answerIfOver(message, { ...ports, log });
      return outcome.kind === "later" ? { at: outcome.at, why: outcome.why } : "finished";
    },
    handledNow,
  );
}

/** The steps that run in this function, by name: a message may bring several of a pool. */
const steps = new Map<string, { spec: StepSpec; code: StepFunction<any, any>; shared: SharedFiles }>();

function stepOf(name: string) {
  const known = steps.get(name);
  if (known) return known;
  throw new Error(`The function has no step "${name}". It has ${[...steps.keys()].join(", ")}.`);
}

/** How the runs of an express workflow begin in the function of its steps. */
export interface RunStarts extends Pick<ExpressLane, "acceptAndClaim"> {
  /** See `ExpressLane`. */
  firstEffect(message: ExpressGroupMessage, invocation: Invocation): Effect | undefined;
  /** Gives back the claim of an effect that was not begun. */
  release(effect: Effect): Promise<void>;
}

/** To be called after the steps' handlers were made. */
export function runStarts(): RunStarts {
  const { table, ports } = opened!;
  return {
    ...tableRunStarts(table, ports.retentionDays),
    firstEffect: (message, invocation) => firstEffect(message, (name) => stepOf(name).spec, invocation),
    release: ({ key, owner }) => ports.claims.release(key, owner),
  };
}

/** Only the worker of an express workflow has this variable. */
function once<Value>(open: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= open());
}

/** The steps of a pool share the function's connections. */
let opened: ReturnType<typeof open> | undefined;

function open() {
  const { table, ...effects } = effectPorts();
  return {
    table,
    queueOf: queueOfMessages(effects.queueUrl, optionalSetting("intakeQueue")),
    artifacts: artifactsOf(setting("artifacts")),
    ports: {
      ...effects,
      startConditions: tableStartConditions(table),
      executions: stepFunctions(undefined),
      logsSteps: listSetting("loggedSteps").length > 0,
    },
    ends: once(() => ({ runs: tableRunEnds(table), handOver: handOverTo(setting("intakeQueue")) })),
    handOvers: {
      version: setting("version"),
      find: remembering(tableReleases(table).find),
      invoke: invokeVersion,
    },
  };
}
