import { userInfo } from "node:os";
import { Command } from "commander";
import type { RunDetails } from "../../lambdas/runtime/ports/readers.ts";
import { describeVotes } from "../../lib/contract/quorum.ts";
import type { ApprovalItem } from "../../lib/contract/table.ts";
import { answer } from "../answer.ts";
import { UsageError } from "../explain.ts";
import { findRun } from "../find-run.ts";
import { currentStatus } from "../run-status.ts";
import { connect, type Session } from "../session.ts";

export const approve = () => decide("approve", true);
export const reject = () => decide("reject", false);

interface DecideOptions {
  note?: string;
  approval?: string;
  as: string;
  delegateTo?: string;
}

function decide(name: string, approved: boolean): Command {
  return new Command(name)
    .description(`${name} a pending approval of a run`)
    .argument("<run>", "id of the run, or its beginning")
    .option("--note <text>", "why")
    .option("--approval <name or path>", "which approval, if the run has several")
    .option("--delegate-to <person>", "let another person decide in your place instead")
    .option("--as <person>", "name of the person who decides", userInfo().username)
    .action(async (given: string, options: DecideOptions, command: Command) => {
      const session = await connect(command);
      const { approvals } = session;
      const details = await findRun(session, given);
      const id = details.run.run;
      const asked = details.approvals.filter(
        ({ approval, path }) => !options.approval || [approval, path].includes(options.approval),
      );
      const now = new Date().toISOString();
      const open = asked.filter(({ state, until }) => state === "pending" && (until ?? now) >= now);
      if (options.approval !== undefined && asked.length === 0)
        throw new UsageError(notAsked(id, options.approval, details.approvals));
      if (open.length === 0)
        throw new UsageError(await nothingOpen(session, details, asked.at(-1)?.decision));
      if (open.length > 1) {
        throw new UsageError(
          `Run ${id} has several pending approvals: ${open.map(({ approval, path }) => `${path} (of ${approval})`).join(", ")}. Choose one with --approval.`,
        );
      }
      const question = open[0]!;
      const { approval, path } = question;
      const { as, note, delegateTo: to } = options;
      const outcome = await (to === undefined
        ? approvals.decide(question, { approved, decidedBy: as, note })
        : approvals.delegate(question, { from: as, to, note }));
      if (!outcome.decided && outcome.why !== undefined) throw new UsageError(outcome.why);
      if (!outcome.decided)
        throw new UsageError(await nothingOpen(session, details, outcome.existing?.decision));
      if (to !== undefined) {
        answer(
          command,
          { run: id, approval, path, from: as, to },
          () => `${to} may decide ${approval} of ${id} for ${as}.`,
        );
        return;
      }
      const progress = outcome.counted?.state === "pending" ? describeVotes(outcome.counted) : undefined;
      answer(
        command,
        { run: id, approval, path, approved, decidedBy: as, ...(progress !== undefined && { progress }) },
        () =>
          progress === undefined
            ? `${approval} of ${id} is ${approved ? "approved" : "rejected"}.`
            : `The ${approved ? "approval" : "rejection"} of ${as} counts: ${progress}. ${approval} of ${id} is pending.`,
      );
    });
}

/** Why an approval that was named cannot be decided: the run has not asked for it. */
export function notAsked(id: string, named: string, approvals: readonly ApprovalItem[]): string {
  const pending = approvals.filter(({ state }) => state === "pending").map(({ path }) => path);
  const others = pending.length > 0 ? `Pending: ${pending.join(", ")}.` : "It has no pending approval.";
  return `Run ${id} has not asked for an approval "${named}". ${others}`;
}

export async function nothingOpen(
  session: Pick<Session, "eventLog">,
  details: RunDetails,
  decision: { approved: boolean; decidedBy: string } | undefined,
): Promise<string> {
  const before = decision
    ? ` It was ${decision.approved ? "approved" : "rejected"} by ${decision.decidedBy} before.`
    : "";
  const status = await currentStatus(session, details);
  return `Run ${details.run.run} is ${status} and has no pending approval.${before}`;
}
