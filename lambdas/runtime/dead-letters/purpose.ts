import { type BusEvent, readEnvelope } from "../../../lib/contract/envelope.ts";
import { wholeMessage } from "../../../lib/contract/groups/grouped-list.ts";
import { fieldsOf } from "../../../lib/contract/is-object.ts";
import type { RunReference, StepMessage } from "../../../lib/contract/messages/message.ts";
import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import { parseCompensationName, parseExecutionName } from "../../../lib/contract/runs/execution-name.ts";
import type { DeadLetterItem, DeployedQueue } from "../../../lib/contract/table.ts";

/** The purpose of a message, from its fields and its queue. */
export type Purpose = Pick<
  DeadLetterItem,
  "purpose" | "step" | "run" | "epoch" | "path" | "event" | "correlation"
>;

const EVERY_EVENT_HAS = ["id", "detail-type", "source", "time"] as const;
/** Names become keys of the table, which have at most 2 KB. No name of Millrace's is as long. */
const LONGEST_NAME = 500;

/** Parses a body. A queue can contain anything, so every field is checked. */
export function purposeOf(body: string, role: DeployedQueue["role"] | undefined): Purpose {
  const message = fieldsOf(parsed(body));
  if (EVERY_EVENT_HAS.every((field) => text(message[field])))
    return ofEvent(message as unknown as BusEvent, role);
  const about = ofRun(message);
  if (typeof message.taskToken === "string" && text(message.step))
    return { purpose: "step", ...about, step: text(message.step) };
  if (text(message.approval)) return { purpose: "question", ...about };
  if (text(message.kind) && about.run) return { purpose: "wait", ...about };
  if (text(message.action)) return { purpose: "command", run: text(fieldsOf(message.target).run) };
  return { purpose: "other", ...about };
}

function ofEvent(event: BusEvent, role: DeployedQueue["role"] | undefined): Purpose {
  const { id, name, source, time, correlation, data } = readEnvelope(event);
  const about = { event: { id, name, source, time, correlation }, correlation };
  if (role === "reaction") return { purpose: "reaction", ...about };
  if (role === "endings") return { purpose: "ending", ...about, run: endedRun(data) };
  if (role === "approvals") {
    const { run, epoch, path } = data;
    return { purpose: "question", ...about, run: text(run), epoch: whole(epoch), path: text(path) };
  }
  if (role === "waits") return { purpose: "wait", ...about };
  const own = event.source === MILLRACE_SOURCE ? text(data.run ?? data.held) : undefined;
  return { purpose: "event", ...about, run: own };
}

/** The end of an execution, by its ARN, or a late effect, by its run. */
function endedRun({ executionArn, run }: Record<string, unknown>): string | undefined {
  if (typeof executionArn !== "string") return text(run);
  return parseCompensationName(parseExecutionName(executionArn.split(":").at(-1)!).run);
}

function ofRun({ run: given, path }: Record<string, unknown>): Omit<Purpose, "purpose"> {
  const { id, epoch, correlation } = fieldsOf(given) as Partial<RunReference>;
  return { run: text(id), epoch: whole(epoch), path: text(path), correlation: text(correlation) };
}

/** The message of a step in a body that has the fields of one, with all steps of its group. */
export function stepMessageIn(body: string): StepMessage {
  return wholeMessage(fieldsOf(parsed(body)) as unknown as StepMessage);
}

/** The body as JSON; undefined if it is not JSON. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= LONGEST_NAME ? value : undefined;
}

function whole(value: unknown): number | undefined {
  return Number.isInteger(value) ? (value as number) : undefined;
}
