import { type BusEvent, type Envelope, readEnvelope } from "../../../lib/contract/envelope.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import {
  executionName,
  payloadDigest,
  quarantineKey,
  runId,
  runKey,
  shardOf,
} from "../../../lib/contract/keys.ts";
import type { ExecutionInput } from "../../../lib/contract/message.ts";
import type { QuarantineItem, RunItem } from "../../../lib/contract/table.ts";
import type { Executions, Log, Metrics, Now, Quarantine, Runs } from "../ports.ts";
import { describeFindings, type Finding, validate } from "../validation.ts";

/** What intake has to know of a workflow. */
export interface IntakeSpec {
  workflow: string;
  on: readonly EventContract[];
  /** Content version of the deployed definition. */
  version: string;
  /** How long a run's claim is kept; at least as long as the archive, so that a replay meets it. */
  retentionDays: number;
}

export interface IntakePorts {
  runs: Runs;
  executions: Executions;
  quarantine: Quarantine;
  now: Now;
  log: Log;
  metrics: Metrics;
}

export type IntakeOutcome =
  | { kind: "started"; run: string }
  /** The event had come before, and its run has been started. */
  | { kind: "duplicate"; run: string }
  | { kind: "quarantined"; reason: QuarantineItem["reason"] }
  /** Step Functions takes no more just now: leave the message for later. */
  | { kind: "throttled"; run: string };

/** Step Functions' limit for an execution's input. */
const LONGEST_INPUT = 256 * 1024;
/** First look at an open run whose end was not told; each later one waits twice as long. */
const FIRST_LOOK = 60 * 60 * 1000;
const DAY = 24 * 60 * 60 * 1000;

/**
 * Turns a delivered event into at most one run.
 *
 *     validate ──▶ put the run, if it is new ──▶ StartExecution by its name ──▶ note that it is started
 *                       │ exists, same payload: go on where the earlier delivery stopped
 *                       └ exists, another payload: a contradiction, kept apart
 *
 * Every arrow may be where a crash happens; the next delivery then takes the same way and finds what is done.
 */
export async function admit(body: string, spec: IntakeSpec, ports: IntakePorts): Promise<IntakeOutcome> {
  const parsed = parseBusEvent(body);
  if (!parsed) {
    const finding = {
      path: "",
      message: "The message is not an event as EventBridge delivers it.",
      value: body.slice(0, 200),
    };
    return await quarantine("not-an-event", [finding], undefined, body, spec, ports);
  }
  const envelope = readEnvelope(parsed);
  const contract = spec.on.find(({ name }) => name === envelope.name);
  if (contract?.version !== envelope.version) {
    return await quarantine("unknown-version", [unknownVersion(envelope, spec)], envelope, body, spec, ports);
  }
  const validated = await validate(contract.schema, envelope.data);
  if (!validated.valid) return await quarantine("contract", validated.findings, envelope, body, spec, ports);

  const run = describeRun(
    { ...envelope, data: validated.value as Record<string, unknown> },
    contract,
    spec,
    ports.now(),
  );
  if (Buffer.byteLength(run.input) > LONGEST_INPUT) {
    const message = `The payload makes an execution input of ${Buffer.byteLength(run.input)} bytes; Step Functions takes ${LONGEST_INPUT}. Put large values into the artifact bucket and send their address.`;
    return await quarantine("contract", [{ path: "", message }], envelope, body, spec, ports);
  }

  const acceptance = await ports.runs.accept(run);
  const claimed = acceptance.accepted ? run : acceptance.existing;
  if (claimed.payload !== run.payload) {
    const finding = {
      path: "",
      message: `Run ${run.run} was started by event ${claimed.event.id} of the same identity, but with another payload. Correct the payload or the identity.`,
    };
    return await quarantine("contradiction", [finding], envelope, body, spec, ports);
  }
  if (claimed.status !== "accepted") {
    ports.log.info("This event had come before.", {
      run: run.run,
      event: envelope.id,
      status: claimed.status,
    });
    ports.metrics.count("EventsDuplicate");
    return { kind: "duplicate", run: run.run };
  }
  const start = await ports.executions.start(executionName(claimed.run, claimed.epoch), claimed.input);
  if (start.kind === "throttled") {
    ports.log.warn("Step Functions takes no more executions just now; the event waits.", { run: run.run });
    ports.metrics.count("StartsThrottled");
    return { kind: "throttled", run: run.run };
  }
  await ports.runs.started(claimed.run, start.execution);
  ports.log.info("The run is started.", { run: run.run, event: envelope.id, execution: start.execution });
  ports.metrics.count("RunsStarted");
  return { kind: "started", run: run.run };
}

function parseBusEvent(body: string): BusEvent | undefined {
  try {
    const event = JSON.parse(body) as Partial<BusEvent> | null;
    return typeof event?.["detail-type"] === "string" && typeof event.id === "string"
      ? (event as BusEvent)
      : undefined;
  } catch {
    return undefined;
  }
}

function unknownVersion({ name, version }: Envelope, { workflow, on }: IntakeSpec): Finding {
  const known = on.map((contract) => `${contract.name} version ${contract.version}`).join(", ");
  return {
    path: "millrace.version",
    message: `${workflow} knows ${known}. Send that version, or deploy a definition that knows this one.`,
    value: `${name} version ${version}`,
  };
}

/** The run that an event stands for: the same item for the same event, but for the time it was accepted. */
export function describeRun(
  envelope: Envelope,
  contract: EventContract,
  spec: IntakeSpec,
  now: number,
): RunItem {
  const { data, ...event } = envelope;
  const payload = payloadDigest(data);
  const identity =
    contract.identity === undefined
      ? event.id
      : contract.identity === "content"
        ? payload
        : contract.identity(data);
  const run = runId(spec.workflow, event.name, identity);
  const input: ExecutionInput = {
    run: {
      id: run,
      workflow: spec.workflow,
      epoch: 1,
      version: spec.version,
      event: event.id,
      correlation: event.correlation,
      hops: event.hops,
      traceparent: event.traceparent,
    },
    event: data,
  };
  const time = new Date(now).toISOString();
  return {
    ...runKey(run),
    kind: "run",
    run,
    workflow: spec.workflow,
    epoch: 1,
    version: spec.version,
    status: "accepted",
    event,
    payload,
    input: JSON.stringify(input),
    acceptedAt: time,
    changedAt: time,
    revision: 1,
    list: shardOf("run", run),
    listedAt: time,
    due: shardOf("due", run),
    dueAt: new Date(now + FIRST_LOOK).toISOString(),
    expiresAt: Math.ceil((now + spec.retentionDays * DAY) / 1000),
  };
}

async function quarantine(
  reason: QuarantineItem["reason"],
  findings: Finding[],
  envelope: Envelope | undefined,
  body: string,
  spec: IntakeSpec,
  ports: IntakePorts,
): Promise<IntakeOutcome> {
  const time = new Date(ports.now()).toISOString();
  const id = runId(
    spec.workflow,
    envelope?.name ?? "",
    `${envelope?.id ?? ""}\n${payloadDigest(envelope?.data ?? body)}`,
  );
  await ports.quarantine.keep({
    ...quarantineKey(id),
    kind: "quarantine",
    id,
    subscriber: spec.workflow,
    reason,
    findings,
    body,
    name: envelope?.name ?? "unknown",
    source: envelope?.source ?? "unknown",
    quarantinedAt: time,
    changedAt: time,
    revision: 1,
    unpublished: shardOf("unpublished", id),
    list: shardOf("quarantine", id),
    listedAt: time,
    expiresAt: Math.ceil((ports.now() + spec.retentionDays * DAY) / 1000),
  });
  ports.log.warn(`The event was quarantined: ${describeFindings(findings)}`, {
    reason,
    event: envelope?.id,
    quarantine: id,
  });
  ports.metrics.count("EventsQuarantined");
  return { kind: "quarantined", reason };
}
