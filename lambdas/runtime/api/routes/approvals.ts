import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { ApprovalView, Decide, Outcome, PageQuery, pageOf } from "../../../../lib/contract/api/index.ts";
import type { ApprovalItem } from "../../../../lib/contract/table.ts";
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
    const { decision, note, level } = context.req.valid("json");
    const by = context.get("principal").name;
    const details = found(await views.run(run), "run", run, "GET /api/runs lists them.");
    const asked = details.approvals.find((one) => one.path === path);
    if (!asked) throw notFound("question", path, `GET /api/runs/${run} shows the approvals of the run.`);
    const approved = decision === "approve";
    refuseUnlessOpen(asked, level, { approved, by }, now());
    if (asked.state === "pending") {
      const outcome = await approvals.decide(asked, { approved, decidedBy: by, note });
      if (!outcome.decided) refuseUnlessOpen(outcome.existing ?? asked, level, { approved, by }, now(), true);
      log.info("An approval was decided.", { run, path, approved, by });
    }
    const says = `${asked.approval} of ${run} is ${approved ? "approved" : "rejected"}.`;
    return context.json({ done: true, says, run }, 200);
  });
}

/** Throws an ApiError if the approval has changed since it was read; the same decision twice is one. */
function refuseUnlessOpen(
  { state, level, until, decision, path }: ApprovalItem,
  seen: number,
  { approved, by }: { approved: boolean; by: string },
  now: number,
  tried = false,
): void {
  if (decision?.approved === approved && decision.decidedBy === by) return;
  if (decision) {
    const so = decision.approved ? "approved" : "rejected";
    throw new ApiError("conflict", `${path} was ${so} by ${decision.decidedBy} before.`);
  }
  if (level !== seen)
    throw new ApiError("conflict", `${path} was escalated to level ${level} meanwhile. Reload it.`, {
      path: "body.level",
    });
  const over = until !== undefined && Date.parse(until) <= now;
  if (state === "pending" && !over && !tried) return;
  throw new ApiError("conflict", `${path} is closed: it timed out, or its run ended.`);
}

function viewOf(item: ApprovalItem): ApprovalView {
  return approvalView({ ...item, show: { value: item.show } }, item);
}
