import { userInfo } from "node:os";
import { Command } from "commander";
import { answer } from "../answer.ts";
import { UsageError } from "../explain.ts";
import { findRun } from "../find-run.ts";
import { connect } from "../session.ts";

export const approve = () => decide("approve", true);
export const reject = () => decide("reject", false);

interface DecideOptions {
  note?: string;
  approval?: string;
  as: string;
}

function decide(name: string, approved: boolean): Command {
  return new Command(name)
    .description(`${name} a pending approval of a run`)
    .argument("<run>", "id of the run, or its beginning")
    .option("--note <text>", "why")
    .option("--approval <name or path>", "which approval, if the run has several")
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
      if (open.length === 0)
        throw new UsageError(nothingOpen(id, details.run.status, asked.at(-1)?.decision));
      if (open.length > 1) {
        throw new UsageError(
          `Run ${id} has several pending approvals: ${open.map(({ approval, path }) => `${path} (of ${approval})`).join(", ")}. Choose one with --approval.`,
        );
      }
      const outcome = await approvals.decide(open[0]!, {
        approved,
        decidedBy: options.as,
        note: options.note,
      });
      if (!outcome.decided)
        throw new UsageError(nothingOpen(id, details.run.status, outcome.existing?.decision));
      const { approval, path } = open[0]!;
      answer(
        command,
        { run: id, approval, path, approved, decidedBy: options.as },
        () => `${approval} of ${id} is ${approved ? "approved" : "rejected"}.`,
      );
    });
}

function nothingOpen(
  id: string,
  status: string,
  decision: { approved: boolean; decidedBy: string } | undefined,
): string {
  const before = decision
    ? ` It was ${decision.approved ? "approved" : "rejected"} by ${decision.decidedBy} before.`
    : "";
  return `Run ${id} is ${status} and has no pending approval.${before}`;
}
