import { fenceOf } from "../../../lib/contract/fence.ts";
import { approvalKey } from "../../../lib/contract/keys/approval.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import type { ApprovalMessage } from "../../../lib/contract/messages/approval-message.ts";
import { TOKEN_HOLDER } from "../../../lib/contract/quorum.ts";
import type { ApprovalItem } from "../../../lib/contract/table.ts";
import { type DeferMessagePorts, deferMessage } from "../defer/defer-message.ts";
import type { Approvals } from "../ports/approvals.ts";
import type { Now } from "../ports/clock.ts";
import type { Executions } from "../ports/executions.ts";
import type { Log } from "../ports/telemetry.ts";
import type { StartConditionReader } from "../work/ports.ts";
import { admitRequest, answerRefused, isRefusal } from "./admit-request.ts";
import { storedAt } from "./noting.ts";

export interface DecisionPorts {
  approvals: Approvals;
  executions: Pick<Executions, "succeed">;
  log: Log;
}

export interface ApprovalPorts extends DecisionPorts, DeferMessagePorts {
  executions: Pick<Executions, "succeed" | "fail">;
  startConditions: StartConditionReader;
  now: Now;
}

/** An approval that is opened this soon after its state was entered has the state's own time. */
const PROMPT = 60 * 1000;

/**
 * Opens an approval. Approval and decision share one item, and each side writes first and reads then: if the
 * decision was there before the token (an answer to the first level, for example), it is sent at once. A run
 * is closed before its approvals, so an approval that is opened meanwhile is closed by one of the two.
 */
export async function askForApproval(message: ApprovalMessage, ports: ApprovalPorts): Promise<void> {
  const { run, approval, path, level, taskToken, over } = message;
  const look = async () => {
    const read = await ports.startConditions.read(run.id, run.workflow, undefined, {
      place: { epoch: run.epoch, path },
    });
    return { ...admitRequest(run, read), startedBy: read.run?.startedBy };
  };
  const before = await look();
  if (before.kind === "defer") {
    const stillPaused = async () => (await look()).kind === "defer";
    const aside = await deferMessage(message, { reason: before.reason, stillPaused }, ports);
    return aside ? undefined : await askForApproval(message, ports);
  }
  if (isRefusal(before)) return await answerRefused(run, taskToken, before, ports);
  const item = await ports.approvals.open(questionOf(message, before.startedBy, ports), over);
  const after = await look();
  if (isRefusal(after)) {
    await ports.approvals.close(approvalKey(run.id, run.epoch, path));
    return await answerRefused(run, taskToken, after, ports);
  }
  ports.log.info(`${approval} is requested.`, { asked: level, state: item.state });
  if (over && item.state === "pending") await decideByTimeout(item, message, ports);
  else await sendDecision(item, ports);
}

/**
 * No decision was made: the timeout is the decision after the time in the table. A person's decision and this
 * one are writes of the same item under opposite conditions, so that exactly one of the two counts. An
 * approval that was opened late, after a pause for example, has its whole time.
 */
async function decideByTimeout(
  item: ApprovalItem,
  message: ApprovalMessage,
  ports: ApprovalPorts,
): Promise<void> {
  const due = Date.parse(item.until!);
  if (due > ports.now()) {
    await deferMessage(message, { reason: "retry after", due }, ports);
    return;
  }
  const answer = { approved: message.otherwise === "approve", decidedBy: "timeout" };
  const silence = await ports.approvals.decide(item, answer, "silence");
  // The decision is published, and its event brings it to the token.
  if (!silence.decided && silence.existing) await sendDecision(silence.existing, ports);
}

/** Who may not decide: an approval by several people, or with a requester, is not left to those who want it. */
function excluded(
  { quorum, requestedBy }: ApprovalMessage,
  startedBy: string | undefined,
): string[] | undefined {
  if (!quorum && !requestedBy) return undefined;
  const persons = [requestedBy, startedBy === TOKEN_HOLDER ? undefined : startedBy];
  return persons.filter((person): person is string => typeof person === "string" && person !== "");
}

function questionOf(
  message: ApprovalMessage,
  startedBy: string | undefined,
  { retentionDays, ...ports }: Pick<ApprovalPorts, "retentionDays" | "now">,
): ApprovalItem {
  const { run, approval, path, level, taskToken, why, show, within, otherwise, quorum } = message;
  const now = ports.now();
  const time = new Date(now).toISOString();
  const entered = Date.parse(message.entered);
  // The state's own timeout is at that time, so that in most cases nothing has to be waited for after it.
  const asked = now - entered <= PROMPT ? entered : now;
  return {
    ...approvalKey(run.id, run.epoch, path),
    kind: "approval",
    run: run.id,
    epoch: run.epoch,
    workflow: run.workflow,
    approval,
    path,
    state: "pending",
    level,
    token: taskToken,
    fence: fenceOf(message),
    why,
    show,
    quorum,
    notBy: excluded(message, startedBy),
    askedAt: time,
    until: within === undefined ? undefined : new Date(asked + within).toISOString(),
    otherwise,
    list: shardOf("approval", run.id),
    listedAt: time,
    unpublished: shardOf("unpublished", run.id),
    correlation: run.correlation,
    cause: run.event,
    hops: run.hops,
    traceparent: run.traceparent,
    ...storedAt({ now, retentionDays }),
  };
}

/**
 * Sends a decision to the state machine that waits for it. Reads the decision itself instead of trusting the
 * event.
 */
export async function deliverDecision(key: ItemKey, ports: DecisionPorts): Promise<void> {
  const item = await ports.approvals.read(key);
  if (!item) {
    ports.log.warn("An approval was announced that does not exist.", { ...key });
    return;
  }
  await sendDecision(item, ports);
}

async function sendDecision(
  { state, token, decision, approval }: ApprovalItem,
  { executions, log }: DecisionPorts,
): Promise<void> {
  if (state !== "decided") return;
  const delivery = await executions.succeed(token, JSON.stringify(decision));
  log.info(`The decision of ${approval} ${delivery === "delivered" ? "was delivered" : "came too late"}.`, {
    ...decision,
  });
}
