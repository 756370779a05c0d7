import { milliseconds } from "../../../lib/contract/duration.ts";
import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import {
  type FailureRecord,
  giveUp,
  StepFailure,
  TASK_ERROR,
  toFailure,
} from "../../../lib/contract/failure.ts";
import { claimKey, derivedEventId, idempotencyKey } from "../../../lib/contract/keys.ts";
import type { RunReference, StepMessage } from "../../../lib/contract/message.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import { ENDED_STATUSES, type RunItem } from "../../../lib/contract/table.ts";
import type { Artifacts, Claims, Executions, Log, Metrics, Now, Runs } from "../ports.ts";
import { describeFindings, validate } from "../validation.ts";
import { fenceOf } from "./claim.ts";

export interface WorkPorts {
  runs: Pick<Runs, "read">;
  claims: Claims;
  executions: Pick<Executions, "succeed" | "fail">;
  artifacts: Artifacts;
  now: Now;
  log: Log;
  metrics: Metrics;
}

/** What step code is given beside its input. */
export interface StepContext {
  run: RunReference;
  /** 1 for the first try. */
  attempt: number;
  /** The same for every try of this effect and for no other: hand it to external APIs as idempotency key. */
  idempotencyKey: string;
  /** Aborted when the step's time is over. Hand it to `fetch` and SDK calls. */
  signal: AbortSignal;
  log: Log;
  /** Files of the run; a key is kept under the run's own prefix. */
  artifacts: Artifacts;
  /** Publishes an event together with this step's completion: neither without the other. */
  emit<Sent>(contract: EventContract<string, any, Sent>, data: NoInfer<Sent>): Promise<void>;
}

export type StepFunction<Input, Output> = (input: Input, context: StepContext) => Promise<Output> | Output;

/** One invocation of a worker. */
export interface Invocation {
  /** Nonce of the invocation. */
  id: string;
  /** Epoch milliseconds at which the function is stopped. */
  deadline: number;
}

export type WorkOutcome =
  /** The token was answered, or nobody waits for it any more: the message may go. */
  | { kind: "reported"; answer: "success" | "failure"; delivered: boolean }
  /** Come back at `at` (epoch milliseconds). */
  | { kind: "later"; at: number; why: string }
  /** The message may go without an answer. */
  | { kind: "dropped"; why: string };

/** Step Functions' limit for a result, and a table item's for what is kept beside it. */
const LONGEST_RESULT = 256 * 1024;
/** A holder is taken for dead this long after its function must have been stopped. */
const LEASE_MARGIN = 5_000;

/**
 * Does one step's work at most once, however often its message comes.
 *
 *     claim ──▶ is the run still open? ──▶ run the step's code ──▶ complete or fail ──▶ answer the token
 *       └ done, failed, held, expired or sealed: answer or wait without running anything
 *
 * A failure of step code is an answer: trying again is the state machine's business. What this function throws is
 * a failure of the surroundings, and the queue delivers the message again.
 */
export async function work<Input, Output>(
  message: StepMessage,
  spec: StepSpec<string, any, any, Input, Output>,
  code: StepFunction<Input, Output>,
  invocation: Invocation,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  const { run, path, attempt } = message;
  const key = claimKey(run.id, run.epoch, path, message.direction);
  const claim = await ports.claims.claim({
    key,
    owner: invocation.id,
    lease: invocation.deadline + LEASE_MARGIN,
    fence: fenceOf(message),
    takeover: spec.lostLease !== "ask",
    about: {
      run: run.id,
      epoch: run.epoch,
      workflow: run.workflow,
      step: spec.name,
      path,
      direction: message.direction,
      attempt,
      correlation: run.correlation,
      cause: run.event,
      hops: run.hops,
      traceparent: run.traceparent,
    },
  });

  switch (claim.kind) {
    case "done":
      ports.metrics.count("StepsDuplicate");
      return await succeed(message, claim.result, ports);
    case "failed":
      return await fail(message, claim.failure, ports);
    case "held":
      return { kind: "later", at: claim.lease, why: "another invocation holds the claim" };
    case "sealed":
      return { kind: "dropped", why: "the run is ending" };
    case "expired": {
      const failure: FailureRecord = {
        reaction: "ask",
        name: "LostLease",
        message: `An earlier try of ${path} stopped without saying whether its effect happened, and the step does not allow another try. Look at the downstream, then decide.`,
      };
      const failed = await ports.claims.fail(key, claim.owner, failure);
      return failed
        ? await fail(message, failure, ports)
        : { kind: "later", at: ports.now(), why: "the claim changed hands" };
    }
  }

  const current = await ports.runs.read(run.id);
  if (!isOpen(current, run.epoch)) {
    await ports.claims.release(key, invocation.id);
    return { kind: "dropped", why: current ? `the run is ${current.status}` : "the run does not exist" };
  }

  const emitted: Envelope[] = [];
  const began = ports.now();
  let result: unknown;
  try {
    result = await runCode(message, spec, code, emitted, idempotencyKey(key), ports);
  } catch (thrown) {
    const failure = toFailure(thrown);
    ports.log.warn(`${path} failed: ${failure.name}: ${failure.message}`, {
      reaction: failure.reaction,
      stack: stackOf(thrown),
    });
    if (failure.reaction === "wait") {
      await ports.claims.release(key, invocation.id);
      return { kind: "later", at: ports.now() + (failure.after ?? 0), why: failure.message };
    }
    ports.metrics.count("StepsFailed");
    const failed = await ports.claims.fail(key, invocation.id, failure);
    return failed
      ? await fail(message, failure, ports)
      : { kind: "dropped", why: "the claim was sealed or taken over" };
  }
  ports.metrics.milliseconds("StepDuration", ports.now() - began);

  const completion = await ports.claims.complete(key, invocation.id, result, emitted);
  switch (completion) {
    case "completed":
      ports.metrics.count("StepsCompleted");
      return await succeed(message, result, ports);
    case "late":
      ports.log.warn(`${path} was done after its run had ended; the result is kept as late.`);
      ports.metrics.count("StepsLate");
      return { kind: "dropped", why: "the run had ended" };
    case "lost":
      ports.log.warn(`${path} took longer than its lease, and another invocation took over.`);
      return { kind: "dropped", why: "another invocation took the claim over" };
  }
}

function isOpen(run: RunItem | undefined, epoch: number): boolean {
  return (
    run !== undefined &&
    run.epoch === epoch &&
    run.status !== "closing" &&
    !(ENDED_STATUSES as readonly string[]).includes(run.status)
  );
}

async function runCode<Input, Output>(
  message: StepMessage,
  spec: StepSpec<string, any, any, Input, Output>,
  code: StepFunction<Input, Output>,
  emitted: Envelope[],
  effect: string,
  ports: WorkPorts,
): Promise<unknown> {
  const input = await validate(spec.input, message.input);
  if (!input.valid) {
    throw giveUp(`The input of ${message.path} breaks its contract: ${describeFindings(input.findings)}`, {
      name: "InvalidInput",
    });
  }
  const output = await withTimeout(spec, (signal) =>
    code(input.value, {
      run: message.run,
      attempt: message.attempt,
      idempotencyKey: effect,
      signal,
      log: ports.log,
      artifacts: ports.artifacts,
      async emit(contract, data) {
        emitted.push(await emission(contract, data, emitted.length, effect, message.run, ports.now()));
      },
    }),
  );
  const checked = await validate(spec.output, output);
  if (!checked.valid) {
    throw giveUp(`The result of ${message.path} breaks its contract: ${describeFindings(checked.findings)}`, {
      name: "InvalidOutput",
    });
  }
  const size = Buffer.byteLength(JSON.stringify({ result: checked.value, emitted }));
  if (size > LONGEST_RESULT) {
    throw giveUp(
      `The result of ${message.path} has ${size} bytes with its events; a state machine carries ${LONGEST_RESULT}. Put large values into context.artifacts and return their address.`,
      { name: "ResultTooLarge" },
    );
  }
  return checked.value;
}

/** The step's own time limit: a state's would count the time that its message waited in the queue. */
async function withTimeout<T>(spec: StepSpec, code: (signal: AbortSignal) => Promise<T> | T): Promise<T> {
  const abort = new AbortController();
  const reaction = spec.lostLease === "ask" ? "ask" : "retry";
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const failure = new StepFailure(reaction, `${spec.name} took longer than its ${spec.timeout}.`, {
        name: "Timeout",
      });
      abort.abort(failure);
      reject(failure);
    }, milliseconds(spec.timeout));
  });
  try {
    return await Promise.race([code(abort.signal), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

async function emission(
  contract: EventContract,
  data: unknown,
  index: number,
  effect: string,
  run: RunReference,
  now: number,
): Promise<Envelope> {
  const checked = await validate(contract.schema, data);
  if (!checked.valid) {
    throw giveUp(`The event ${contract.name} breaks its contract: ${describeFindings(checked.findings)}`, {
      name: "InvalidEvent",
    });
  }
  return {
    id: derivedEventId(effect, index, contract.name),
    name: contract.name,
    version: contract.version,
    time: new Date(now).toISOString(),
    source: run.workflow,
    subject: run.id,
    correlation: run.correlation,
    causation: run.event,
    hops: run.hops + 1,
    traceparent: run.traceparent,
    data: checked.value as Record<string, unknown>,
  };
}

async function succeed(message: StepMessage, result: unknown, ports: WorkPorts): Promise<WorkOutcome> {
  const answer = await ports.executions.succeed(message.taskToken, JSON.stringify(result ?? null));
  return reported("success", answer, ports);
}

async function fail(message: StepMessage, failure: FailureRecord, ports: WorkPorts): Promise<WorkOutcome> {
  const cause = JSON.stringify({
    step: message.step,
    path: message.path,
    attempt: message.attempt,
    ...failure,
  });
  const answer = await ports.executions.fail(message.taskToken, TASK_ERROR[failure.reaction], cause);
  return reported("failure", answer, ports);
}

function reported(
  answer: "success" | "failure",
  delivery: "delivered" | "gone",
  { log }: WorkPorts,
): WorkOutcome {
  if (delivery === "gone")
    log.info("Nobody waits for this answer any more: the state was left, or another delivery answered.");
  return { kind: "reported", answer, delivered: delivery === "delivered" };
}

function stackOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? thrown.stack : undefined;
}
