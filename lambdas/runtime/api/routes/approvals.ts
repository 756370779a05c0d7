import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { ApprovalView, Decide, Outcome, PageQuery, pageOf } from "../../../../lib/contract/api/index.ts";
import { describeVotes } from "../../../../lib/contract/quorum.ts";
import type { ApprovalItem } from "../../../../lib/contract/table.ts";
import { isDelegate } from "../../wait/vote.ts";
import { mayAct } from "../auth.ts";
import { ApiError, found, notFound } from "../errors.ts";
import { type Api, answer, body, named, ONCE, refusals } from "../operation.ts";
import { listed, wanting } from "../paging.ts";
import type { ApiPorts } from "../ports.ts";
import { approvalView } from "../views/run-detail.ts";

const tags = ["approvals"];

const list = createRoute({
  method: "get",
  path: "/approvals",
  tags,
  summary: "Pending approvals, newest first",
  request: {
    query: PageQuery.extend({
      state: z
        .enum(["pending"])
        .default("pending")
        .meta({ description: "Decided approvals are part of their run" }),
    }),
  },
  responses: { 200: answer(pageOf(ApprovalView), "A page of approvals"), ...refusals() },
});
const decide = createRoute({
  method: "post",
  path: "/approvals/{run}/{path{.+}}",
  tags,
  summary: "Decides an approval",
  request: { params: named("run", "path"), headers: ONCE, body: body(Decide) },
  responses: { 200: answer(Outcome, "The approval is decided"), ...refusals(404, 409) },
});

export function approvalRoutes(api: Api, { views, approvals, now, log }: ApiPorts): void {
  api.openapi(list, async (context) => {
    const part = await views.openApprovals(wanting(context.req.valid("query")));
    return context.json(listed(part, viewOf), 200);
  });

  api.openapi(decide, async (context) => {
    const { run, path } = context.req.valid("param");
    const { decision, to, note, level } = context.req.valid("json");
    const { name: by, role } = context.get("principal");
    const details = await views.run(run);
    const asked = details?.approvals.find((one) => one.path === path);
    // Who may not decide does not learn what there is.
    if (!mayAct(role, "decider") && !(decision !== "delegate" && asked && isDelegate(asked, by)))
      throw new ApiError("forbidden", `This needs the role "decider", or a decider's delegation to ${by}.`);
    found(details, "run", run, "GET /api/runs lists them.");
    if (!asked) throw notFound("question", path, `GET /api/runs/${run} shows the approvals of the run.`);
    if (decision === "delegate") {
      if (to === undefined)
        throw new ApiError("invalid", 'A delegation needs "to", the name of the other person.', {
          path: "body.to",
        });
      refuseStale(asked, level);
      const outcome = await approvals.delegate(asked, { from: by, to, note });
      if (!outcome.decided) throw new ApiError("conflict", outcome.why ?? closed(path));
      log.info("An approval was delegated.", { run, path, by, to });
      return context.json(
        { done: true, says: `${to} may decide ${asked.approval} of ${run} in your place.`, run },
        200,
      );
    }
    const approved = decision === "approve";
    refuseUnlessOpen(asked, level, { approved, by }, now());
    let says = `${asked.approval} of ${run} is ${approved ? "approved" : "rejected"}.`;
    if (asked.state === "pending") {
      const outcome = await approvals.decide(asked, { approved, decidedBy: by, note });
      if (!outcome.decided) {
        if (outcome.why !== undefined && outcome.existing?.state === "pending")
          throw new ApiError("conflict", outcome.why);
        refuseUnlessOpen(outcome.existing ?? asked, level, { approved, by }, now(), true);
      } else if (outcome.counted?.state === "pending") {
        says = `Your ${approved ? "approval" : "rejection"} of ${asked.approval} counts: ${describeVotes(outcome.counted)}.`;
      }
      log.info("An approval was decided.", { run, path, approved, by });
    }
    return context.json({ done: true, says, run }, 200);
  });
}

function closed(path: string): string {
  return `${path} is closed: it timed out, or its run ended.`;
}

function refuseStale({ level, path }: ApprovalItem, seen: number): void {
  if (level === seen) return;
  throw new ApiError("conflict", `${path} was escalated to level ${level} meanwhile. Reload it.`, {
    path: "body.level",
  });
}

/** Throws an ApiError if the approval has changed since it was read; the same decision twice is one. */
function refuseUnlessOpen(
  question: ApprovalItem,
  seen: number,
  { approved, by }: { approved: boolean; by: string },
  now: number,
  tried = false,
): void {
  const { state, until, decision, votes, path } = question;
  if (
    decision?.approved === approved &&
    (votes ?? [{ by: decision.decidedBy }]).some((vote) => vote.by === by)
  )
    return;
  if (decision) {
    const so = decision.approved ? "approved" : "rejected";
    throw new ApiError("conflict", `${path} was ${so} by ${decision.decidedBy} before.`);
  }
  refuseStale(question, seen);
  const over = until !== undefined && Date.parse(until) <= now;
  if (state === "pending" && !over && !tried) return;
  throw new ApiError("conflict", closed(path));
}

function viewOf(item: ApprovalItem): ApprovalView {
  return approvalView({ ...item, show: { value: item.show } }, item);
}
